"""Fetches the page of a job ad, from public addresses only."""

from cvtailor.adapters.fetch.job_page_fetcher import JobPageFetcher

__all__ = ["JobPageFetcher"]

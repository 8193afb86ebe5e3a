"""LinkedIn's export of a person's data, read into a base CV."""

from cvtailor.adapters.linkedin.reader import LinkedInCv, read_linkedin_export

__all__ = ["LinkedInCv", "read_linkedin_export"]

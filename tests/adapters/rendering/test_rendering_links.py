"""Which addresses become live links."""

import pytest
from cvtailor.adapters.rendering.links import mailto, safe_url, same_page, shown_url


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example.com/x?y=1#z", "https://a.example.com/x?y=1#z"),
        ('https://a.example.com/"]#x', "https://a.example.com/%22%5D#x"),
        ("http://a.example.com/?q=\\", "http://a.example.com/?q=%5C"),
        ("https://münchen.example/ä (b)", "https://xn--mnchen-3ya.example/%C3%A4%20%28b%29"),
        ("https://a.example.com:8443/100%", "https://a.example.com:8443/100%25"),
        ("mailto:a@b.example.com", "mailto:a@b.example.com"),
        ("tel:+49-30-901820", "tel:+49-30-901820"),
    ],
)
def test_web_mail_and_phone_addresses_come_out_harmless(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "file:///etc/passwd",
        "data:,x",
        "ftp://a.example.com",
        "//a.example.com",
        "https://",
        "https://user:pw@a.example.com",
        "https://a b.example.com",
        "https://[bad",
        "a.example.com",
        "https://a.example.com:99999",
        "https://" + "a" * 3_000,
        "",
        "tel:",
        "https://..",
        "https://a\n.example.com:x",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    assert safe_url(url) is None


def test_addresses_are_shown_as_people_write_them() -> None:
    assert shown_url("HTTPS://a.example.com/") == "a.example.com"
    assert same_page("http://www.linkedin.com/in/Ada/", "https://linkedin.com/in/ada")
    assert mailto('a"b@x.example.com') == "mailto:a%22b@x.example.com"

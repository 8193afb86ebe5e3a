"""The head of the CV: what rendercv's ``cv`` says of a contact, and how it is shown.

rendercv refuses a phone number, e-mail address or user name that it can't validate. Such contact data
becomes a ``custom_connection``, so that nothing a person gave is lost and nothing fails the run.

Only workers import this.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pydantic
from rendercv.renderer.templater.connections import fontawesome_icons
from rendercv.schema.models.cv.cv import Cv, email_validator, phone_validator, website_validator
from rendercv.schema.models.cv.social_network import SocialNetwork, available_social_networks
from rendercv.schema.models.design.classic_theme import ClassicTheme

from cvtailor.adapters.rendering.links import mailto, safe_url, same_page, shown_url
from cvtailor.adapters.rendering.typst_markup import clean, literal, typst_string
from cvtailor.domain.base_cv import Contact, ProfileLink

LINK_ICON = "link"
_ICONS_OF_OTHERS = {name: name for name in ("behance", "dribbble", "facebook", "kaggle", "medium", "xing")}
"""Icons of networks that rendercv doesn't know but whose mark the icon package draws."""

_NETWORKS = {re.sub(r"\W", "", name).casefold(): name for name in available_social_networks}
_NETWORKS["twitter"] = "X"
_USERNAME = re.compile(r"[\w.@+/\-]{1,100}", re.ASCII)


class Connection(NamedTuple):
    """One item of the header: ``url`` is safe or empty."""

    icon: str
    text: str
    url: str = ""


def contact_fields(contact: Contact, icons: bool) -> dict[str, Any]:
    """Returns the fields of rendercv's ``cv`` for a contact, each acceptable to rendercv.

    Args:
        contact: Whose CV it is.
        icons: Whether the theme shows icons; if not, words say which network a profile is of.
    """
    fields: dict[str, Any] = {}
    others: list[dict[str, str | None]] = []
    if location := clean(contact.location):
        fields["location"] = location
    for field, validator in (("email", email_validator), ("phone", phone_validator)):
        value = clean(getattr(contact, field))
        if value and _is_accepted(validator, value):
            fields[field] = value
        elif value:
            others.append(_custom(fontawesome_icons[field], value))
    if website := clean(contact.website):
        if url := web_address(website):
            fields["website"] = url
        else:
            others.append(_custom(LINK_ICON, website))
    networks: list[dict[str, str]] = []
    for profile in contact.profiles:
        if network := _social_network(profile):
            networks.append(network)
        elif custom := _other_profile(profile, icons):
            others.append(custom)
    if networks:
        fields["social_networks"] = networks
    if others:
        fields["custom_connections"] = others
    return fields


def connections(fields: dict[str, Any], cv: Cv, design: ClassicTheme, rtl: bool) -> list[str]:
    """Returns the Typst markup of each item of the header, in the order of ``fields``.

    Args:
        fields: The ``cv`` of the rendercv document; its words are shown as they are.
        cv: The same, validated; gives the addresses.
        design: Whether icons and links are shown.
        rtl: The CV reads from right to left; addresses and numbers don't.
    """
    style = design.header.connections
    shown = []
    for item in _connections(fields, cv, urls=style.display_urls_instead_of_usernames):
        markup = literal(item.text)
        if rtl and item.icon != fontawesome_icons["location"]:
            markup = f"#box[#set text(dir: ltr);{markup}]"
        if style.show_icons:
            markup = f"#connection-with-icon({typst_string(item.icon)})[{markup}]"
        if item.url and style.hyperlink:
            plain = "icon: false, if-underline: false, if-color: false"
            markup = f"#link({typst_string(item.url)}, {plain})[{markup}]"
        shown.append(markup)
    return shown


def _connections(fields: dict[str, Any], cv: Cv, urls: bool) -> Iterator[Connection]:
    for field, value in fields.items():
        match field:
            case "location":
                yield Connection(fontawesome_icons[field], value)
            case "email":
                yield Connection(fontawesome_icons[field], value, mailto(value))
            case "phone":
                yield Connection(fontawesome_icons[field], value, safe_url(str(cv.phone)) or "")
            case "website":
                yield Connection(fontawesome_icons[field], shown_url(value), safe_url(value) or "")
            case "social_networks":
                for network in cv.social_networks or ():
                    text = network.network if network.network == "Google Scholar" else network.username
                    text = shown_url(network.url) if urls else text
                    yield Connection(fontawesome_icons[network.network], text, safe_url(network.url) or "")
            case "custom_connections":
                for other in value:
                    url = safe_url(other["url"] or "")
                    yield Connection(other["fontawesome_icon"], other["placeholder"], url or "")


def _is_accepted(validator: pydantic.TypeAdapter[Any], value: str) -> bool:
    try:
        validator.validate_python(value)
    except pydantic.ValidationError:
        return False
    return True


def web_address(url: str) -> str | None:
    """Returns an http or https URL in the form in which both rendercv and Typst take it, or None."""
    safe = safe_url(url)
    return safe if safe and safe.startswith("http") and _is_accepted(website_validator, safe) else None


def _custom(icon: str, text: str, url: str | None = None) -> dict[str, str | None]:
    return {"fontawesome_icon": icon, "placeholder": text, "url": url}


def _network_name(profile: ProfileLink) -> str | None:
    return _NETWORKS.get(re.sub(r"\W", "", profile.network).casefold())


def _social_network(profile: ProfileLink) -> dict[str, str] | None:
    """Returns a profile as rendercv's own kind, if that leads to the very page the person named."""
    name, username = _network_name(profile), clean(profile.username)
    if name is None or not _USERNAME.fullmatch(username):
        return None
    fields = {"network": name, "username": username}
    try:
        network = SocialNetwork.model_validate(fields)
    except pydantic.ValidationError:
        return None
    return fields if not profile.url or same_page(profile.url, network.url) else None


def _other_profile(profile: ProfileLink, icons: bool) -> dict[str, str | None] | None:
    name, username, network = _network_name(profile), clean(profile.username), clean(profile.network)
    url = web_address(clean(profile.url))
    if name:
        icon = fontawesome_icons[name]
    else:
        icon = _ICONS_OF_OTHERS.get(network.casefold().replace(" ", ""), LINK_ICON)
    address = shown_url(url) if url else clean(profile.url)
    text = (username or address) if icons else (address or username)
    if not text:
        return None
    is_named = network.casefold() in text.casefold() or (icons and icon != LINK_ICON)
    return _custom(icon, text if is_named else f"{network}: {text}", url)

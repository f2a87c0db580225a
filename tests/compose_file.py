"""What docker compose would make of our files, and what is wrong with it.

`complaints` is given the parsed file, its variables filled in, and tells in words what a
library must not get. It knows nothing of the file's text, so that a test can spoil it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from storage.errors import Refused
from storage.heartbeat import DUTIES
from storage.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
HEALTH = "/health"
"""Where the portal is asked whether it answers."""

OURS = "sandyq:local"
OUTER = "nginx"
MOST_MEMORY = 7.5 * 2**30  # of a machine of 8 GB, whose system needs some too
KEPT = {"database": "/var/lib/postgresql/data", "broker": "/data", "s3": "/data",
        "search": "/usr/share/opensearch/data", "web": "/var/lib/sandyq",
        "pages": "/var/lib/sandyq", "books": "/var/lib/sandyq",
        "scheduler": "/var/lib/sandyq"}  # fmt: skip
"""What would be lost with the container, by service."""

# Looked for in names and in what services are told.
_SECRET = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|PASSPHRASE|_KEY\b", re.IGNORECASE)
_NO_SECRET = {"SANDYQ_S3_ACCESS_KEY"}  # a name
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:[-+])([^}]*))?\}")
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}

Compose = dict[str, Any]
Service = dict[str, Any]


def read_compose(name: str, variables: Mapping[str, str]) -> Compose:
    """A compose file of ours as docker compose reads it."""
    filled = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    read: Compose = _filled(filled, variables)
    return read


def read_variables(name: str = ".env.example") -> dict[str, str]:
    """The variables of a file of variables."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    told = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {variable: value for variable, _, value in told}


def variables_of(name: str) -> set[str]:
    """The variables that a compose file asks for."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {match[1] for match in _VARIABLE.finditer(text) if match[1]}


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        given, how, other = variables.get(match[1], ""), match[2], match[3] or ""
        return (other if given else "") if how == ":+" else given or other

    return _VARIABLE.sub(fill, value)


def in_bytes(size: str) -> int:
    """What a size like 64m means."""
    return int(size[:-1]) * _UNITS[size[-1]]


def duties_of(service: Service) -> list[str]:
    """What `sandyq worker` is told to do."""
    words = service.get("command", [])
    return [words[place + 1] for place, word in enumerate(words) if word == "--only"]


def settings_of(service: Service) -> Settings:
    """What the service is told, as the program itself reads it (an unknown name is refused)."""
    told = {name: str(value) for name, value in service["environment"].items()}
    return Settings.from_environment(told)


def complaints(compose: Compose) -> list[str]:
    """All that is wrong, in words that begin with the service's name."""
    found = [
        f"{name}: {complaint}"
        for name, service in compose["services"].items()
        for rule in _RULES
        for complaint in rule(compose, name, service)
    ]
    return found + [complaint for rule in _WHOLE for complaint in rule(compose)]


# --- of each service ---------------------------------------------------------


def _runs_unwatched(_: Compose, __: str, service: Service) -> Iterator[str]:
    if service.get("restart") not in {"always", "unless-stopped"}:
        yield "is not started again"
    health = service.get("healthcheck", {})
    test = health.get("test", ["NONE"])
    if test[0] not in {"CMD", "CMD-SHELL"} or len(test) < 2:
        yield "is not asked for its health"
    if not {"interval", "timeout", "retries"} <= set(health):
        yield "may be asked for its health for ever"
    if "max-size" not in service.get("logging", {}).get("options", {}):
        yield "fills the disk with what it logs"
    if "mem_limit" not in service:
        yield "takes all memory"


def _is_confined(_: Compose, __: str, service: Service) -> Iterator[str]:
    if service.get("cap_drop") != ["ALL"] or service.get("cap_add"):
        yield "has capabilities"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if service.get("privileged") or "network_mode" in service or "pid" in service:
        yield "is not apart from the machine"
    if any("docker.sock" in str(each) for each in service.get("volumes", [])):
        yield "holds the machine's docker"
    # OpenSearch writes beside its configuration.
    if service.get("read_only") is not True and "opensearch" not in service.get("image", ""):
        yield "may change its own program"


def _has_a_version(_: Compose, __: str, service: Service) -> Iterator[str]:
    image = service.get("image", "")
    tag = image.rpartition("/")[2].partition(":")[2]
    if image == OURS:
        build = service.get("build", {})
        if not (ROOT / build.get("context", ".") / build.get("dockerfile", "?")).is_file():
            yield "is built of nothing"
    elif not re.search(r"\d", tag):
        yield "has no version"


def _is_reached_from_outside_only_as_nginx(
    compose: Compose, name: str, service: Service
) -> Iterator[str]:
    if service.get("ports") and name != OUTER:
        yield "is published"
    networks = set(service.get("networks", []))
    if not networks or not networks <= set(compose["networks"]):
        yield "is on no network of ours"
    inner = {each for each in networks if compose["networks"][each].get("internal")}
    if name == OUTER and inner:
        yield "reaches the engines"
    if name not in {OUTER, "web"} and networks != inner:
        yield "is on a network with a way out"


def _keeps_what_it_has(compose: Compose, name: str, service: Service) -> Iterator[str]:
    mounted = [volume.split(":") for volume in service.get("volumes", [])]
    for source, target, *_ in mounted:
        if source.startswith("./"):
            if not (ROOT / source).is_file():
                yield f"mounts what is not there: {source}"
        elif not source.startswith("/") and source not in compose["volumes"]:
            yield f"has a volume that is none: {source}"
        elif target == KEPT.get(name) and source not in compose["volumes"]:
            yield "keeps nothing"
    if name in KEPT and KEPT[name] not in {target for _, target, *_ in mounted}:
        yield "keeps nothing"


def _tells_no_secret(compose: Compose, _: str, service: Service) -> Iterator[str]:
    given = {each if isinstance(each, str) else each["source"]
             for each in service.get("secrets", [])}  # fmt: skip
    for missing in given - set(compose["secrets"]):
        yield f"has a secret that is none: {missing}"
    for name, value in service.get("environment", {}).items():
        if name.endswith("_FILE"):
            if str(value).removeprefix("/run/secrets/") not in given:
                yield f"is not given the file of {name}"
        elif _SECRET.search(name) and name not in _NO_SECRET:
            yield f"is told a secret: {name}"
        if urlsplit(str(value)).password is not None:
            yield f"is told a password in {name}"
    words = [str(word) for part in ("command", "entrypoint") for word in service.get(part, [])]
    if any(re.search(r"requirepass|--(?:secret|password|pass)\b", word) for word in words):
        yield "is told a secret in its command"
    telling = " ".join(words + service.get("healthcheck", {}).get("test", []))
    for used in re.findall(r"/run/secrets/([\w.]+)", telling):
        if used not in given:
            yield f"is not given {used}"


def _search_is_nobodys_demonstration(_: Compose, name: str, service: Service) -> Iterator[str]:
    told = service.get("environment", {})
    if name == "search" and told.get("DISABLE_INSTALL_DEMO_CONFIG") != "true":
        yield "takes keys and passwords that all know"
    if "DISABLE_SECURITY_PLUGIN" in told or "plugins.security.disabled" in told:
        yield "lets everybody in"


def _starts_after_what_is_there(compose: Compose, _: str, service: Service) -> Iterator[str]:
    for other in service.get("depends_on", {}):
        if other not in compose["services"]:
            yield f"waits for what is not there: {other}"


# --- of ours -----------------------------------------------------------------


def _is_told_settings(compose: Compose, name: str, service: Service) -> Iterator[str]:
    if service.get("image") != OURS:
        return
    try:
        settings = settings_of(service)
    except Refused as refused:
        yield f"is told nonsense: {refused.values}"
        return
    if foreign := [each for each in service["environment"] if not each.startswith(PREFIX)]:
        yield f"is told what is no setting: {foreign}"
    here = set(service["networks"])
    for url in (settings.database_url, settings.s3_endpoint, settings.search_url, settings.broker):
        host = urlsplit(url).hostname
        there = compose["services"].get(host, {}).get("networks", [])
        if not here & set(there):
            yield f"does not reach {host}"
    if not settings.search_url.startswith("opensearchs:") or settings.search_ca_file is None:
        yield "does not ask the search engine who it is"
    for field in ("database", "s3", "search", "broker"):
        secret = "secret_file" if field == "s3" else "password_file"
        if getattr(settings, f"{field}_{secret}") is None:
            yield f"has no password for {field}"
    if name == "web" and f":{settings.port}{HEALTH}" not in str(service["healthcheck"]):
        yield "is asked for its health where it is not"


def _works_at(_: Compose, __: str, service: Service) -> Iterator[str]:
    duties = duties_of(service)
    asked = service.get("healthcheck", {}).get("test", [])
    if duties and asked[-len(duties) - 1 :] != ["workers.presence", *duties]:
        yield "is asked for others' work"


# --- of all together ---------------------------------------------------------


def _memory_is_enough(compose: Compose) -> Iterator[str]:
    limits = [each.get("mem_limit", "0m") for each in compose["services"].values()]
    if sum(map(in_bytes, limits)) > MOST_MEMORY:
        yield "all together take more than the machine has"


def _each_duty_has_one_service(compose: Compose) -> Iterator[str]:
    done = [duty for each in compose["services"].values() for duty in duties_of(each)]
    if sorted(done) != sorted(DUTIES):
        yield f"the work is not shared out: {done}"


def _nginx_is_the_proxy_that_is_believed(compose: Compose) -> Iterator[str]:
    services, configuration = compose["services"], ROOT / ".ci" / "compose" / "nginx.conf"
    text = configuration.read_text(encoding="utf-8")
    proxy = services[OUTER]["networks"]["front"]["ipv4_address"]
    web = services["web"]["networks"]["front"]["ipv4_address"]
    try:
        settings = settings_of(services["web"])
    except Refused:
        return  # told by its service's own rule
    if settings.trusted_proxies != f"{proxy}/32":
        yield "the portal believes somebody else"
    if f"server {web}:{settings.port};" not in text:
        yield "nginx looks for the portal elsewhere"
    network = ip_network(compose["networks"]["front"]["ipam"]["config"][0]["subnet"])
    if not {ip_address(proxy), ip_address(web)} <= set(network.hosts()):
        yield "the addresses are not of their network"
    inside = {port.rpartition(":")[2] for port in services[OUTER]["ports"]}
    if inside != set(re.findall(r"^\s*listen (\d+);", text, re.MULTILINE)):
        yield "nginx listens elsewhere"
    if settings.host != "0.0.0.0":
        yield "nginx does not reach the portal"


def _secrets_lie_in_the_folder_that_git_leaves_out(compose: Compose) -> Iterator[str]:
    given = {each if isinstance(each, str) else each["source"]
             for service in compose["services"].values()
             for each in service.get("secrets", [])}  # fmt: skip
    for name, secret in compose["secrets"].items():
        if secret.get("file") != f"./secrets/{name}":
            yield f"{name} lies elsewhere"
        if name not in given:
            yield f"nobody is given {name}"


_RULES: list[Callable[[Compose, str, Service], Iterator[str]]] = [
    _runs_unwatched,
    _is_confined,
    _has_a_version,
    _is_reached_from_outside_only_as_nginx,
    _keeps_what_it_has,
    _tells_no_secret,
    _search_is_nobodys_demonstration,
    _starts_after_what_is_there,
    _is_told_settings,
    _works_at,
]
_WHOLE: list[Callable[[Compose], Iterator[str]]] = [
    _memory_is_enough,
    _each_duty_has_one_service,
    _nginx_is_the_proxy_that_is_believed,
    _secrets_lie_in_the_folder_that_git_leaves_out,
]

"""Texts that become script wherever a page forgets that they are text.

Each would set `window.__canary`; none needs a network. Labels hold 200 characters, so do these.
"""

from __future__ import annotations

PAYLOADS = (
    "<script>window.__canary=1</script>",
    '"><script>window.__canary=2</script>',
    "'><script>window.__canary=3</script>",
    "</title><script>window.__canary=4</script>",
    "</textarea><script>window.__canary=5</script>",
    "</style><script>window.__canary=6</script>",
    "</script><script>window.__canary=7</script>",
    "--><script>window.__canary=8</script>",
    "]]><script>window.__canary=9</script>",
    "<img src=x onerror=window.__canary=10>",
    '" autofocus onfocus="window.__canary=11" x="',
    "' onmouseover='window.__canary=12",
    "<svg onload=window.__canary=13>",
    "<svg><a href=javascript:window.__canary=14><text y=20>go</text></a></svg>",
    "javascript:window.__canary=15//",
    '<iframe srcdoc="<script>parent.__canary=16</script>"></iframe>',
    "<details open ontoggle=window.__canary=17>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;"
    "&lt;img src=1 onerror=window.__canary=18&gt;'>",
    "{{constructor.constructor('window.__canary=19')()}}{% debug %}${window.__canary=19}",
    "<noscript><p title='</noscript><img src=x onerror=window.__canary=20>'>",
    "<base href=//evil.invalid/><link rel=stylesheet href=//evil.invalid/x.css>",
    "<form action=javascript:window.__canary=22><button>go",
    "\u202etxet\u202c \u200bzero\u200b <b onclick=window.__canary=23>b</b>",
    "url(javascript:window.__canary=24);}</style>@import 'file:///etc/passwd';",
)


def payload(number: int) -> str:
    """One of them, going round."""
    return PAYLOADS[number % len(PAYLOADS)]


def document() -> dict[str, object]:
    """A system whose every text is one of them; each of them names a component and a flow."""
    count = len(PAYLOADS)
    return {
        "format": "bartizan/1",
        "system": {
            "name": payload(1),
            "description": " ".join(PAYLOADS),
            "owner": payload(10),
            "scope": payload(2),
        },
        "adversaries": [{"id": "h-1", "name": payload(9), "capability": "high", "intent": "high"}],
        "assumptions": [{"id": "as-1", "text": " ".join(PAYLOADS)}],
        "assets": [
            {"id": f"a-{at}", "name": payload(at), "kind": "data", "personal": True,
             "confidentiality": "high", "integrity": "high"}
            for at in range(3)
        ],
        "zones": [
            {"id": "z-0", "kind": "internet", "name": payload(0), "box": [0, 0, 700, 900]},
            {"id": "z-1", "kind": "production", "name": payload(9), "box": [800, 0, 700, 900]},
        ],
        "components": [
            {"id": f"c-{at}", "type": "inference-endpoint" if at % 2 else "external-user",
             "name": text, "note": text, "zone": f"z-{at % 2}", "assets": [f"a-{at % 3}"],
             "box": [30 + 800 * (at % 2), 40 + 36 * at, 176, 64]}
            for at, text in enumerate(PAYLOADS)
        ],
        "flows": [
            {"id": f"f-{at}", "kind": "request", "name": text, "assets": ["a-0"],
             "source": f"c-{at // 2 * 2}", "target": f"c-{(at // 2 * 2 + 1) % count}"}
            for at, text in enumerate(PAYLOADS)
        ],
        "notes": [{"id": "n-1", "text": " ".join(PAYLOADS), "box": [0, 920, 300, 200]}],
        "out_of_scope": [{"element": "c-22", "reason": payload(13)}],
        "scenarios": [{"id": "s-1", "title": payload(12), "element": "c-1"}],
        payload(0): {payload(1): payload(2)},
    }  # fmt: skip

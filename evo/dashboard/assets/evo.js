// What the server cannot do: the document's title, the focus where it belongs (after a link inside the dashboard was
// followed on the page, after a refresh where it was), the scheme of colours, the clipboard, and keys.
(function () {
    let address = null;
    let focused = null;
    let stays = null;

    function held() {
        if (focused === null || focused.isConnected || document.activeElement !== document.body) {
            return null;
        }
        const link = focused.getAttribute("href");
        const same = link === null ? [] : document.querySelectorAll("main a");
        return Array.from(same).find((other) => other.getAttribute("href") === link) || null;
    }

    function boxCalled(label) {
        return Array.from(document.querySelectorAll("main [role=checkbox]")).find((one) => one.title === label);
    }

    function go(to) {
        window.dash_clientside.set_props("address", { href: to });
    }

    function schemed(scheme) {
        if (scheme === "light" || scheme === "dark") {
            document.documentElement.dataset.scheme = scheme;
        } else {
            delete document.documentElement.dataset.scheme;
        }
    }

    function kept() {
        try { return window.localStorage.getItem("evo-scheme") || "auto"; } catch { return "auto"; }
    }

    async function copy(button) {
        const text = document.getElementById(button.dataset.copy).textContent;
        let done = "Copied";
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            window.getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
            done = document.execCommand("copy") ? "Copied" : "Marked: press Ctrl-C";
        }
        button.textContent = done;
        window.setTimeout(() => { button.textContent = "Copy"; }, 2000);
    }

    function keep(button) {
        const text = document.getElementById(button.dataset.keep).textContent;
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
        link.download = button.dataset.file;
        link.click();
        window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }

    schemed(kept());

    document.addEventListener("focusin", (event) => { focused = event.target; });

    document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button === null) {
            return;
        }
        if (button.dataset.to !== undefined) {
            stays = button.title;
            go(button.dataset.to);
        } else if (button.dataset.copy !== undefined) {
            copy(button);
        } else if (button.dataset.keep !== undefined) {
            keep(button);
        }
    });

    document.addEventListener("change", (event) => {
        if (event.target.id === "scheme") {
            schemed(event.target.value);
            try { window.localStorage.setItem("evo-scheme", event.target.value); } catch { /* asked again next time */ }
        } else if (event.target.matches("form.filter select")) {
            event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
        }
    });

    document.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form textarea")) {
            event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
        }
    });

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.evo = {
        arrive: function (shown) {
            const now = window.location.pathname + window.location.search;
            document.title = shown ? shown.title + " · evo" : "evo";
            const current = document.querySelector("header [aria-current]");
            if (current) { current.closest("ul").scrollLeft = current.offsetLeft - 60; }
            const scheme = document.getElementById("scheme");
            if (scheme) { scheme.value = kept(); }
            if (stays !== null) {
                const label = stays;
                stays = null;
                window.setTimeout(() => { const box = boxCalled(label); if (box) { box.focus({ preventScroll: true }); } }, 50);
            } else if (address !== null && address !== now) {
                document.getElementById("main").focus({ preventScroll: true });
                window.scrollTo(0, 0);
            } else {
                window.setTimeout(() => { const link = held(); if (link) { link.focus({ preventScroll: true }); } }, 50);
            }
            address = now;
        },
    };
})();

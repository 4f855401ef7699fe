// What the server cannot do: the document's title, and the focus where it belongs: after a link inside the dashboard was
// followed on the page, after a refresh where it was.
(function () {
    let address = null;
    let focused = null;

    function held() {
        if (focused === null || focused.isConnected || document.activeElement !== document.body) {
            return null;
        }
        const link = focused.getAttribute("href");
        const same = link === null ? [] : document.querySelectorAll("main a");
        return Array.from(same).find((other) => other.getAttribute("href") === link) || null;
    }

    document.addEventListener("focusin", (event) => { focused = event.target; });

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.evo = {
        arrive: function (shown) {
            const now = window.location.pathname + window.location.search;
            document.title = shown ? shown.title + " · evo" : "evo";
            if (address !== null && address !== now) {
                document.getElementById("main").focus({ preventScroll: true });
                window.scrollTo(0, 0);
            } else {
                window.setTimeout(() => { const link = held(); if (link) { link.focus({ preventScroll: true }); } }, 50);
            }
            address = now;
        },
    };
})();

"""The pages: each module has PATH, TITLE, LIVE and `view(source, query)` (`evo.dashboard.components.DashboardPage`)."""

"""Make the pictures of the README and the tutorial: a run's page of the dashboard, and its report.

    python docs/scripts/pictures.py RUN        # the folder of a run, such as that of the README; needs Chromium

They are written to docs/pictures/.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

PICTURES = Path(__file__).parents[1] / "pictures"
EVO = (sys.executable, "-c", "from evo.cli import main; main()")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
SECONDS = 60.0
WIDTH, HEIGHT = 1200, 900
"""Of a picture, in pixels."""


def main(run: Path) -> None:
    """Take both pictures."""
    PICTURES.mkdir(exist_ok=True)
    options = Options()
    for flag in (*FLAGS, f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        dashboard(browser, run)
        report(browser, run)
    finally:
        browser.quit()


def dashboard(browser: webdriver.Chrome, run: Path) -> None:
    """Take the page of a run."""
    command = (*EVO, "dashboard", "--runs", str(run.parent), "--port", "0", "--no-browser")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = next(word for line in server.stdout for word in line.split() if word.startswith("http"))
            browser.get(f"{address.rstrip('/')}/run?run={run.name}")
            WebDriverWait(browser, SECONDS).until(lambda shown: shown.find_elements("css selector", "#gap .main-svg"))
            browser.save_screenshot(str(PICTURES / "dashboard.png"))
        finally:
            server.terminate()


def report(browser: webdriver.Chrome, run: Path) -> None:
    """Take the top of a run's report."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        subprocess.run((*EVO, "report", str(run), "--to", str(page)), check=True, capture_output=True)
        browser.get(page.as_uri())
        browser.save_screenshot(str(PICTURES / "report.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

"""Scrapy's settings: polite and safe by default. Every line differs from Scrapy's own default, and says why."""

from __future__ import annotations

from spiders.politeness import AT_ONCE, user_agent

BOT_NAME = "hunter"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# Who we are, and how gently we ask. The contact of the user's settings is added for each crawl.
USER_AGENT = user_agent("")
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "hunter"
CONCURRENT_REQUESTS = 64  # of 16: as many servers that never answer must not hold up the others
CONCURRENT_REQUESTS_PER_DOMAIN = AT_ONCE  # of 8: a handful is what platforms ask for
DOWNLOAD_TIMEOUT = 20  # of 180: ends slow drips and tar pits, headers and body together
DNS_TIMEOUT = 10  # of 60
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # without 429: Patience waits as it is told
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # it ends up in the store as a result of its own

# Nothing but http and https, no proxy from the environment, no state, no way in.
_HANDLER = "spiders.heads.HeadBoundHandler"  # bounds header lines, which Scrapy does not
DOWNLOAD_HANDLERS = {"http": _HANDLER, "https": _HANDLER, "file": None, "data": None, "ftp": None, "s3": None}
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "spiders.resolver.GuardedResolver"
HTTPPROXY_ENABLED = False
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False  # runs code for whoever connects
REMOTE_CONTROL_ENABLED = False  # the same
DNSCACHE_ENABLED = False  # each new connection is resolved and checked anew

# Bounds on what a hostile server can make us take.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # of 1 GiB; holds while decompressing, too
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 5  # of 20
METAREFRESH_ENABLED = False  # a page's own text sends us nowhere
MEMUSAGE_LIMIT_MB = 1024
DEPTH_PRIORITY = 0

# Refusals are results: every answer reaches the spider, and no question is dropped in silence.
HTTPERROR_ALLOW_ALL = True
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # spiders ask nothing twice by themselves
REFERRER_POLICY = "no-referrer"
LOG_LEVEL = "WARNING"
LOGSTATS_INTERVAL = 0.0

DOWNLOADER_MIDDLEWARES = {
    "spiders.resolver.GuardMiddleware": 40,  # first of all, on every hop
    "spiders.politeness.Budget": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.politeness.Robots": 100,
    "spiders.resolver.RefusedNames": 560,  # before a failed look-up is tried again (550)
    "spiders.politeness.Patience": 800,  # the last before the network, the first to see what comes back
}
ITEM_PIPELINES = {"spiders.pipelines.StorePipeline": 500}

from __future__ import annotations

from lachan.web.parts.verifier.views import PAGE

urlpatterns = PAGE.urls("verify/")

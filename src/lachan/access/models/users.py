"""Someone who signs in. Alone in this module: the type checker ties Django's user model to half of Django."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from lachan.kernel.ids import new_id


class User(AbstractUser):
    """Someone who signs in. What they may do is in their grants; Django's groups and permissions are not used.

    A Vietnamese name is one text, so there is no first and last name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    display_name = models.CharField(max_length=120)
    search_name = models.CharField(max_length=240, default="")  # user name and name without accents, to find them by
    language = models.CharField(max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_language_known", condition=Q(language__in=["vi", "en"])),
            # nobody should meet a second account that differs in a capital letter only
            models.CheckConstraint(name="user_name_lower_case", condition=Q(username=Lower("username"))),
        ]

    class Distribution:
        kind = "local"

    def label(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.label()

    def get_short_name(self) -> str:
        return self.label()

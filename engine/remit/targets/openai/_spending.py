"""The spend limit of a project, and who is told on the way there."""

from __future__ import annotations

from dataclasses import dataclass

from remit.resources import Money
from remit.targets import _messages as messages
from remit.targets._api import Api, Gone
from remit.targets._errors import WriteRefused
from remit.targets._object import TargetObject
from remit.targets.openai import _lists as lists
from remit.targets.openai._lists import within
from remit.targets.openai._properties import CURRENCY, MONTHLY, cents_of, limit_of
from remit.targets.openai._setting import Setting
from remit.targets.openai._wire import AlertBody, ChannelBody, Done, LimitBody, SeenAlert


@dataclass(frozen=True, slots=True)
class Spending:
    """The money of one project."""

    api: Api
    setting: Setting
    project: str

    def make(self, wanted: TargetObject) -> None:
        """The limit, then the alerts, which are parts of it. Raises WriteRefused for any other currency."""
        budget = wanted.budgets.get(MONTHLY)
        if budget is not None and budget.currency != CURRENCY:
            raise WriteRefused(messages.other_currency(budget.currency, CURRENCY))
        self._limit(budget)
        if self.setting.recipients:
            self._alerts(budget, wanted.alerts.get(MONTHLY, ()))

    def _limit(self, budget: Money | None) -> None:
        path = within(self.project, "spend_limit")
        if budget is not None:
            self.api.write(path, LimitBody(threshold_amount=limit_of(budget), currency="USD", interval="month"), Done)
            return
        try:
            self.api.write(path, None, Done, method="DELETE")
        except Gone:
            return

    def _alerts(self, budget: Money | None, parts: tuple[str, ...]) -> None:
        """Those of ours that are not wanted go, those that are missing come; none of others is touched."""
        due = {cents_of(budget, part) for part in parts} if budget is not None else set()
        for row in lists.alerts(self.api, self.project):
            if not self.setting.owns(row):
                continue
            if row.threshold_amount in due and self.setting.addresses(row):
                due.discard(row.threshold_amount)
            else:
                self._drop(row)
        for amount in sorted(due):
            self.api.write(within(self.project, "spend_alerts"), self._body(amount), Done)

    def _drop(self, row: SeenAlert) -> None:
        try:
            self.api.write(within(self.project, "spend_alerts", row.id), None, Done, method="DELETE")
        except Gone:
            return

    def _body(self, amount: int) -> AlertBody:
        channel = ChannelBody(
            type="email", recipients=tuple(sorted(self.setting.recipients)), subject_prefix=self.setting.prefix
        )
        return AlertBody(threshold_amount=amount, notification_channel=channel, currency="USD", interval="month")

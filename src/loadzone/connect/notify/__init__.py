"""What is told to people and to other systems: by webhook, e-mail and chat robots, until it arrived or why not."""

from loadzone.connect.notify.channel import Channel, NotDelivered, Notice
from loadzone.connect.notify.dingtalk import DingTalk
from loadzone.connect.notify.mail import Mail
from loadzone.connect.notify.notifier import Notifier, Pace
from loadzone.connect.notify.outbox import Letter, Outbox, Standing
from loadzone.connect.notify.reach import Reach
from loadzone.connect.notify.webhook import Webhook
from loadzone.connect.notify.wecom import WeCom

__all__ = [
    "Channel",
    "DingTalk",
    "Letter",
    "Mail",
    "NotDelivered",
    "Notice",
    "Notifier",
    "Outbox",
    "Pace",
    "Reach",
    "Standing",
    "WeCom",
    "Webhook",
]

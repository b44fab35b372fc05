"""Groups and channels: the bot is added, sees commands, is kicked, and the group becomes a supergroup."""

from tests.standin.chats import Chat, Json
from tests.standin.people import Person
from tests.standin.texts import Text, find_entities
from tests.standin.world import World

KICKED = {"group": "bot was kicked from the group chat", "supergroup": "bot was kicked from the supergroup chat"}
NOT_A_MEMBER = "bot is not a member of the {kind} chat"
_FIRST_SUPERGROUP = -1_002_000_000_000


class Group:
    """With privacy mode on, as bots have it unless told otherwise: it gets commands and mentions only."""

    def __init__(self, world: World, chat: Chat, owner: Json) -> None:
        self.world = world
        self.chat = chat
        self.owner = owner
        self.bot_sees_everything = False
        chat.refusal = NOT_A_MEMBER.format(kind=chat.kind)

    @property
    def chat_id(self) -> int:
        return self.chat.chat_id

    def add_bot(self) -> int:
        """The number of the my_chat_member update; a service message follows it."""
        with self.world.lock:
            self.chat.refusal = ""
            number = self._change_standing("left", "member")
            joined: Json = {
                "new_chat_participant": self.world.bot,
                "new_chat_member": self.world.bot,
                "new_chat_members": [self.world.bot],
            }
            self._say(self.owner, joined)
            return number

    def kick_bot(self) -> int:
        with self.world.lock:
            self.chat.refusal = KICKED[self.chat.kind]
            return self._change_standing("member", "kicked")

    def type(self, person: Person, text: str) -> int:
        """The number of the update; 0 if the bot does not get to see it."""
        with self.world.lock:
            entities = find_entities(text)
            message = self.world.new_message(self.chat, person.user, text=Text(text, entities, text))
            is_for_bot = any(entity["type"] in ("bot_command", "mention") for entity in entities)
            if self.chat.refusal or not (is_for_bot or self.bot_sees_everything):
                return 0
            return self.world.add_update("message", message.as_json(), ("chat", self.chat_id))

    def migrate(self) -> "Group":
        """Becomes a supergroup: the new group. The bot hears of it in both."""
        with self.world.lock:
            new_chat = Chat(_FIRST_SUPERGROUP + self.chat_id, "supergroup", self.chat.names)
            self.world.chats[new_chat.chat_id] = new_chat
            new = Group(self.world, new_chat, self.owner)
            new_chat.refusal = ""
            self.chat.moved_to = new_chat.chat_id
            self._say(self.owner, {"migrate_to_chat_id": new_chat.chat_id})
            new._say(self.owner, {"migrate_from_chat_id": self.chat_id})
            return new

    def _say(self, sender: Json, notice: Json) -> None:
        message = self.world.new_message(self.chat, sender, kind="notice", content=notice)
        self.world.add_update("message", message.as_json(), ("chat", self.chat_id))

    def _change_standing(self, before: str, after: str) -> int:
        change: Json = {
            "chat": self.chat.as_json(),
            "from": self.owner,
            "date": self.world.now(),
            "old_chat_member": {"user": self.world.bot, "status": before},
            "new_chat_member": {"user": self.world.bot, "status": after},
        }
        if after == "kicked":
            change["new_chat_member"]["until_date"] = 0
        return self.world.add_update("my_chat_member", change, ("member", self.chat_id))


class Channel:
    """A channel that the bot was made an administrator of."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    def post(self, text: str) -> int:
        with self.world.lock:
            message = self.world.new_message(self.chat, {}, text=Text(text, find_entities(text), text))
            return self.world.add_update("channel_post", message.as_json(), ("chat", self.chat.chat_id))

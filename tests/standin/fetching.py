"""getFile: where a file that a person sent can be fetched."""

from tests.standin.chats import Json
from tests.standin.files import LARGEST_DOWNLOAD
from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request
from tests.standin.world import World


def get_file(world: World, asked: Parameters) -> Json:
    file_id = asked.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    if file_id not in world.files.by_id:
        raise bad_request("invalid file_id")
    file = world.files.by_id[file_id]
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.as_json(), "file_path": file.path}

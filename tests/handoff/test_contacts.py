"""When the same customer was served by people before, from the archive."""

import time

from sqlalchemy import update

from handoff import auth
from handoff.archive.archivist import Archivist
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedRequest
from handoff.models import Customer
from tests.handoff.conftest import IDENTITY_SECRET

DAY_MS = 24 * 3600 * 1000


async def test_last_contacts_of_the_same_customer(world, services, settings):
    token = auth.identity_token(Customer(id="u1", name="王芳"), IDENTITY_SECRET, int(time.time()) + 600)
    agent = await world.agent()

    async def served(identity):
        visitor = await world.visitor(identity_token=identity)
        await visitor.say("转人工")
        await visitor.in_state("queued")
        await agent.claim_first()
        return visitor

    async def contacts(visitor, who=agent):
        return await who.call("GET", f"/agent/conversations/{visitor.id}/contacts")

    archive = Database(settings.archive_url)
    await archive.migrate()
    first, stranger = await served(token), await served(None)
    assert (await contacts(first)).json() == {"contacts": [], "repeated": False}
    for one in (first, stranger):
        await agent.close(one.id, disposition="handled", summary="已退费", resolved=False)
    try:
        await Archivist(services, archive).copy_due()
        again = await served(token)
        answer = (await contacts(again)).json()
        [contact] = answer["contacts"]
        assert answer["repeated"]
        assert (contact["conversation_id"], contact["channel"]) == (first.id, "web")
        assert (contact["disposition"], contact["summary"], contact["resolved"]) == ("handled", "已退费", False)
        async with archive.connect() as connection:
            await connection.execute(update(ArchivedRequest.__table__).values(resolved=True))
            await connection.commit()
        assert not (await contacts(again)).json()["repeated"]  # the matter was closed
        long_ago = int(time.time() * 1000) - 8 * DAY_MS
        async with archive.connect() as connection:
            await connection.execute(update(ArchivedRequest.__table__).values(requested_at_ms=long_ago, resolved=False))
            await connection.commit()
        answer = (await contacts(again)).json()
        assert (len(answer["contacts"]), answer["repeated"]) == (1, False)
    finally:
        await archive.close()
    other = await world.agent("other")
    assert (await contacts(again, other)).status_code == 403

package dev.quilla.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.SnapshotFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when entries take all the space that they may. */
class SpaceTest {

    private static final long LIMIT = 20_000;

    private MvccState state = MvccState.empty();
    private long index;

    SpaceTest() {
        apply(new Command.Limit(LIMIT));
    }

    private Outcome apply(Command command) {
        MvccState.Applied applied = state.apply(++index, 1, command);
        state = applied.state();
        return applied.outcome();
    }

    private Outcome put(String key, int bytes) {
        Op put = new Op.Put(new Key(key), Bytes.wrap(new byte[bytes]));
        return apply(Txn.of(List.of(), List.of(put)));
    }

    private Outcome delete(String key) {
        return apply(Txn.of(List.of(), List.of(new Op.Delete(new Key(key)))));
    }

    private void fill() {
        int i = 0;
        while (put("/k" + i, 400) instanceof Outcome.Committed) {
            i++;
        }
    }

    @Test
    void aWriteBeyondTheLimitIsRefusedAndChangesNothing() {
        fill();
        long revision = state.revision();
        assertEquals(new Outcome.NoSpace(LIMIT), put("/another", 400));
        assertEquals(revision, state.revision());
        assertTrue(state.space().bytes() <= LIMIT);
        assertEquals(Space.Alarm.ON, state.space().alarm());
    }

    @Test
    void whatIsThereMayStillChangeAndALittleMore() {
        fill();
        assertInstanceOf(Outcome.Committed.class, put("/k0", 400));
        assertInstanceOf(Outcome.Committed.class, put("/k0", 500));
        assertInstanceOf(Outcome.NoSpace.class, put("/k0", 5_000));
    }

    @Test
    void deletingEndsTheAlarmByItself() {
        fill();
        delete("/k0");
        assertEquals(Space.Alarm.ON, state.space().alarm(), "hardly anything is free");
        delete("/k1");
        delete("/k2");
        assertEquals(Space.Alarm.OFF, state.space().alarm());
        assertInstanceOf(Outcome.Committed.class, put("/another", 400));
    }

    @Test
    void anAlarmRaisedByHandLetsNothingGrowUntilItIsEnded() {
        put("/a", 10);
        apply(new Command.Alarm(true));
        assertInstanceOf(Outcome.NoSpace.class, put("/b", 10));
        assertInstanceOf(Outcome.Committed.class, put("/a", 10));
        apply(new Command.Alarm(false));
        assertInstanceOf(Outcome.Committed.class, put("/b", 10));
    }

    @Test
    void leasesTakeSpaceToo() {
        long lease = 0;
        while (apply(new Command.Grant(new LeaseId(lease + 1), java.time.Duration.ofHours(1)))
                instanceof Outcome.Committed) {
            lease++;
        }
        assertEquals(LIMIT / Space.OVERHEAD, lease);
        apply(Command.End.revoked(new LeaseId(1)));
        assertEquals((lease - 1) * Space.OVERHEAD, state.space().bytes());
    }

    @Test
    void aSnapshotKeepsLimitAndAlarm() throws IOException {
        fill();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotFile.write(state, out);
        MvccState read = SnapshotFile.read(new ByteArrayInputStream(out.toByteArray()));
        assertEquals(state.space(), read.space());
        assertFalse(read.space().bytes() == 0);
    }
}

package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFolderTest {

    @Test
    void isLookedIntoOnlyWhenItIsLoaded(@TempDir Path directory) throws Exception {
        SnapshotFolder folder = new SnapshotFolder();
        try (RaftStorage storage = storage(directory)) {
            folder.init(storage);
            assertNull(folder.getLatestSnapshot());
            write(folder, 7);
            assertNull(folder.getLatestSnapshot());
            assertEquals(7, folder.loadLatestSnapshot().getIndex());
            assertEquals(7, folder.getLatestSnapshot().getIndex());
        }
    }

    @Test
    void whatIsToldCounts(@TempDir Path directory) throws Exception {
        SnapshotFolder folder = new SnapshotFolder();
        SnapshotFolder later = new SnapshotFolder();
        try (RaftStorage storage = storage(directory)) {
            folder.init(storage);
            write(folder, 7);
            later.init(storage);
        }
        SingleFileSnapshotInfo seven = later.getLatestSnapshot();
        assertEquals(7, seven.getIndex());
        assertNull(folder.getLatestSnapshot());
        folder.updateLatestSnapshot(seven);
        assertEquals(7, folder.getLatestSnapshot().getIndex());
    }

    private static RaftStorage storage(Path directory) throws Exception {
        RaftStorage storage =
                RaftStorage.newBuilder()
                        .setDirectory(directory.toFile())
                        .setOption(StartupOption.FORMAT)
                        .setLogCorruptionPolicy(RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION)
                        .setStorageFreeSpaceMin(SizeInBytes.valueOf(0))
                        .build();
        storage.initialize();
        return storage;
    }

    private static void write(SnapshotFolder folder, long index) throws Exception {
        Files.writeString(folder.placeOf(TermIndex.valueOf(1, index)), "a state");
    }
}

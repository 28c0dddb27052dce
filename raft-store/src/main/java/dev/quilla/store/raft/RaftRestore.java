package dev.quilla.store.raft;

import dev.quilla.store.mvcc.MvccState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.SizeInBytes;

/**
 * Makes the data directory of a member that has never run, so that it starts with a given state. A
 * group begins at a state when every member of it is made from the same one.
 */
public final class RaftRestore {

    /** As if one entry had made the state; the log goes on after it. */
    private static final TermIndex FIRST = TermIndex.valueOf(1, 1);

    private RaftRestore() {}

    /** Whether a directory is not there or has nothing in it. */
    public static boolean isEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /**
     * Makes the directory, whole or not at all.
     *
     * @param clusterId as the member's configuration has it
     * @param dataDir which is not there yet, or is empty
     */
    public static void make(String clusterId, Path dataDir, MvccState state) throws IOException {
        Path target = dataDir.toAbsolutePath();
        Path parent = Objects.requireNonNull(target.getParent());
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, target.getFileName() + ".restored");
        Path group = fresh.resolve(Identity.groupOf(clusterId).getUuid().toString());
        try (RaftStorage storage =
                RaftStorage.newBuilder()
                        .setDirectory(group.toFile())
                        .setOption(RaftStorage.StartupOption.FORMAT)
                        .setLogCorruptionPolicy(CorruptionPolicy.EXCEPTION)
                        .setStorageFreeSpaceMin(SizeInBytes.ZERO)
                        .build()) {
            storage.initialize();
            storage.getMetadataFile()
                    .persist(RaftStorageMetadata.valueOf(FIRST.getTerm(), RaftPeerId.valueOf("")));
            Path folder = storage.getStorageDir().getStateMachineDir().toPath();
            Path file =
                    folder.resolve(
                            SimpleStateMachineStorage.getSnapshotFileName(
                                    FIRST.getTerm(), FIRST.getIndex()));
            RatisSnapshot.write(state, file);
            force(folder);
        }
        Files.deleteIfExists(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        force(parent);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

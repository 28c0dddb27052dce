package dev.quilla.benchmarks.etcd;

import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Quilla's store, of this checkout's build. */
public final class QuillaGroup extends StoreGroup {

    /**
     * Starts one, and returns when it takes writes.
     *
     * @param folder an empty directory, for certificates, configurations and data
     * @param stateBytesMax how much it may hold, as its configuration has it
     */
    public QuillaGroup(Path folder, String stateBytesMax) throws IOException {
        super(folder, List.of(RaftStoreConfig.Tls.ORGANIZATION));
        for (int i = 0; i < MEMBERS; i++) {
            Files.writeString(config(i), text(i, stateBytesMax));
        }
        startAll();
    }

    private Path config(int member) {
        return folder().resolve(name(member) + ".yaml");
    }

    /** Where a member's data is. */
    Path data(int member) {
        return folder().resolve(name(member));
    }

    private String text(int member, String stateBytesMax) {
        String members =
                IntStream.range(0, MEMBERS)
                        .mapToObj(i ->
                                "- {name: %s, host: 127.0.0.1, peerPort: %d, clientPort: %d}"
                                        .formatted(name(i), peerPort(i), clientPort(i)))
                        .collect(Collectors.joining("\n"));
        return """
        name: %s
        clusterId: benchmark
        dataDir: %s
        pkiDir: %s
        stateBytesMax: %s
        members:
        %s
        """
                .formatted(name(member), data(member), folder(), stateBytesMax, members);
    }

    @Override
    List<String> command(int member) {
        return List.of("./quilla", "store", "--config", config(member).toString());
    }
}

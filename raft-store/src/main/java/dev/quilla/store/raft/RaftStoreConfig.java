package dev.quilla.store.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One member of a replicated store.
 *
 * @param clusterId names the group; members of different clusters refuse each other
 * @param memberId which of the members this is
 * @param members all of them, this one included
 * @param dataDir where log and snapshots live
 * @param tls mutual TLS between the members; only tests go without
 * @param electionTimeoutMin how long a follower waits at least for its leader
 * @param electionTimeoutMax how long it waits at the most
 * @param snapshotEvery how many log entries lie between two snapshots
 * @param onFatal told why the member can't go on; ends the process
 */
public record RaftStoreConfig(
        String clusterId,
        String memberId,
        List<Member> members,
        Path dataDir,
        Optional<Tls> tls,
        Duration electionTimeoutMin,
        Duration electionTimeoutMax,
        long snapshotEvery,
        Consumer<String> onFatal) {

    private static final Duration ELECTION_TIMEOUT_MIN = Duration.ofMillis(500);
    private static final Duration ELECTION_TIMEOUT_MAX = Duration.ofMillis(1_000);
    private static final long SNAPSHOT_EVERY = 20_000;

    /** One member and where it listens. */
    public record Member(String id, String host, int port) {}

    /** Files in PEM form: this member's key and chain, and the CA that signs all members'. */
    public record Tls(Path key, Path chain, Path ca) {

        /** A member's files as a directory of certificates has them. */
        public static Tls in(Path directory, String member) {
            return new Tls(
                    directory.resolve(member + ".key"),
                    directory.resolve(member + ".crt"),
                    directory.resolve("ca.crt"));
        }
    }

    /** A member with the times that clusters run with. */
    public static RaftStoreConfig usual(
            String clusterId,
            String memberId,
            List<Member> members,
            Path dataDir,
            Optional<Tls> tls,
            Consumer<String> onFatal) {
        return new RaftStoreConfig(
                clusterId,
                memberId,
                members,
                dataDir,
                tls,
                ELECTION_TIMEOUT_MIN,
                ELECTION_TIMEOUT_MAX,
                SNAPSHOT_EVERY,
                onFatal);
    }

    public RaftStoreConfig {
        members = List.copyOf(members);
        String self = memberId;
        if (members.stream().noneMatch(m -> m.id().equals(self))) {
            throw new IllegalArgumentException("members must name this one, " + memberId);
        }
    }

    /** This member. */
    Member self() {
        return members.stream().filter(m -> m.id().equals(memberId)).findFirst().orElseThrow();
    }
}

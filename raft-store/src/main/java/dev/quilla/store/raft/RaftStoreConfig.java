package dev.quilla.store.raft;

import dev.quilla.store.raft.transport.PeerTls;
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
 * @param members all of them at the beginning, this one included; later the log knows better. Of
 *     one that joins: itself, and members that it can ask
 * @param dataDir where log and snapshots live
 * @param tls mutual TLS between the members; only tests go without
 * @param electionTimeoutMin how long a follower waits at least for its leader
 * @param electionTimeoutMax how long it waits at the most
 * @param snapshotEvery how many log entries lie between two snapshots
 * @param onFatal told why the member can't go on; ends the process
 * @param joins whether it waits to be taken in by a store that is there, rather than being there
 *     from the beginning
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
        Consumer<String> onFatal,
        boolean joins) {

    private static final Duration ELECTION_TIMEOUT_MIN = Duration.ofMillis(500);
    private static final Duration ELECTION_TIMEOUT_MAX = Duration.ofMillis(1_000);
    private static final long SNAPSHOT_EVERY = 40_000;

    /**
     * One member.
     *
     * @param id its name
     * @param host where the other members reach it
     * @param port where they do
     * @param clientAddress host and port where clients reach it; empty if none do
     */
    public record Member(String id, String host, int port, String clientAddress) {

        /** A member without clients of its own. */
        public Member(String id, String host, int port) {
            this(id, host, port, "");
        }

        /** Host and port where the other members reach it. */
        public String address() {
            return host + ":" + port;
        }
    }

    /**
     * Files in PEM form: this member's key and chain, and the CA that signs all members'. Their
     * certificates are of {@link #ORGANIZATION}; who has another is not let in.
     */
    public record Tls(Path key, Path chain, Path ca) {

        /** The organization in the subject of each member's certificate. */
        public static final String ORGANIZATION = "quilla:members";

        /** The same, for the connections among members. */
        PeerTls ofPeers() {
            return new PeerTls(key, chain, ca, ORGANIZATION);
        }

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

    /** A member that is there from the beginning. */
    public RaftStoreConfig(
            String clusterId,
            String memberId,
            List<Member> members,
            Path dataDir,
            Optional<Tls> tls,
            Duration electionTimeoutMin,
            Duration electionTimeoutMax,
            long snapshotEvery,
            Consumer<String> onFatal) {
        this(
                clusterId,
                memberId,
                members,
                dataDir,
                tls,
                electionTimeoutMin,
                electionTimeoutMax,
                snapshotEvery,
                onFatal,
                false);
    }

    /** The same, but it waits to be taken in. */
    public RaftStoreConfig joining() {
        return new RaftStoreConfig(
                clusterId,
                memberId,
                members,
                dataDir,
                tls,
                electionTimeoutMin,
                electionTimeoutMax,
                snapshotEvery,
                onFatal,
                true);
    }

    public RaftStoreConfig {
        members = List.copyOf(members);
        String self = memberId;
        if (members.stream().noneMatch(m -> m.id().equals(self))) {
            throw new IllegalArgumentException("members must name this one, " + memberId);
        }
        if (members.stream().anyMatch(m -> m.id().indexOf(Identity.MARK) >= 0)) {
            throw new IllegalArgumentException("a member's name has no " + Identity.MARK);
        }
    }

    /** This member. */
    public Member self() {
        return members.stream().filter(m -> m.id().equals(memberId)).findFirst().orElseThrow();
    }

    /** This member's place among all of them, from 0 to less than 1: what all do in turns. */
    double turn() {
        return (double) members.indexOf(self()) / members.size();
    }
}

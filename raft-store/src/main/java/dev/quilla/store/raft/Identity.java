package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import dev.quilla.store.StoreException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Who a member is, kept with its data. A member that is there from the beginning is known by its
 * name alone. One that joins gets an id of its own, {@code NAME~…}, so that nobody takes it for one
 * of the same name that was there before and whose votes and entries are gone.
 *
 * @param cluster the cluster's id, as the configuration has it
 * @param group the log that it follows; follows from the cluster's id until a recovery makes
 *     another
 * @param replaces whose place it is about to take, because that one's data was lost; empty where it
 *     has its own
 */
record Identity(
        String cluster, RaftGroupId group, RaftPeerId member, Optional<RaftPeerId> replaces) {

    /** Stands between a name and what makes the id unique, and so is part of no name. */
    static final char MARK = '~';

    static final String FILE = "identity";
    private static final String REMOVED = "removed";

    /** What people call the member with an id. */
    static String nameOf(RaftPeerId id) {
        String text = id.toString();
        int mark = text.indexOf(MARK);
        return mark < 0 ? text : text.substring(0, mark);
    }

    /** Whether the member was not there from the beginning of its log. */
    boolean cameLater() {
        return member.toString().indexOf(MARK) >= 0;
    }

    /** The log of a cluster that nobody has had to recover. */
    static RaftGroupId groupOf(String cluster) {
        return RaftGroupId.valueOf(
                UUID.nameUUIDFromBytes(cluster.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The identity of the member whose data is in a directory; empty where there is none.
     *
     * @throws StoreException if the data is another's, or the member's time is over
     * @throws DamagedException if it can't be read
     */
    static Optional<Identity> in(RaftStoreConfig config) throws IOException {
        Path directory = config.dataDir();
        if (Files.exists(directory.resolve(REMOVED))) {
            throw new StoreException(
                    config.memberId()
                            + " was removed from the cluster: to let it join again, delete "
                            + directory
                            + " and use quilla member add");
        }
        return Files.exists(directory.resolve(FILE))
                ? Optional.of(read(directory).checked(config))
                : Optional.empty();
    }

    /** A member that replaces none. */
    Identity(String cluster, RaftGroupId group, RaftPeerId member) {
        this(cluster, group, member, Optional.empty());
    }

    /** The same, once it has taken the place of another. */
    Identity settled() {
        return new Identity(cluster, group, member);
    }

    /** An id that nobody has had before. */
    static RaftPeerId fresh(String name) {
        String random = UUID.randomUUID().toString().substring(0, 8);
        return RaftPeerId.valueOf(name + MARK + random);
    }

    private Identity checked(RaftStoreConfig config) {
        if (!cluster.equals(config.clusterId()) || !nameOf(member).equals(config.memberId())) {
            throw new StoreException(
                    "%s holds the data of member %s of cluster %s, not of %s of %s: configure another directory"
                            .formatted(
                                    config.dataDir(),
                                    nameOf(member),
                                    cluster,
                                    config.memberId(),
                                    config.clusterId()));
        }
        return this;
    }

    static Identity read(Path directory) throws IOException {
        Properties lines = new Properties();
        lines.load(new StringReader(Files.readString(directory.resolve(FILE))));
        try {
            return new Identity(
                    line(lines, "cluster"),
                    RaftGroupId.valueOf(UUID.fromString(line(lines, "group"))),
                    RaftPeerId.valueOf(line(lines, "member")),
                    Optional.ofNullable(lines.getProperty("replaces")).map(RaftPeerId::valueOf));
        } catch (IllegalArgumentException e) {
            throw new DamagedException(
                    "the file " + directory.resolve(FILE) + " is damaged (" + e.getMessage() + ")");
        }
    }

    private static String line(Properties lines, String key) {
        String value = lines.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return value;
    }

    void write(Path directory) throws IOException {
        Path temporary = directory.resolve(FILE + ".new");
        String lines =
                """
                # Who this member is. Written by Quilla.
                cluster=%s
                group=%s
                member=%s
                """
                        .formatted(cluster, group.getUuid(), member);
        Files.writeString(temporary, lines + replaces.map(r -> "replaces=" + r + "\n").orElse(""));
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** From now on the member that lived here does not start again. */
    static void markRemoved(Path directory) throws IOException {
        Files.writeString(
                directory.resolve(REMOVED),
                "This member was removed from its cluster; what is here is of no use to it.\n");
    }
}

package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Supplier;
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
 */
record Identity(String cluster, RaftGroupId group, RaftPeerId member) {

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
     * The identity of the member whose data is in a directory; given to it now where it has none.
     *
     * @param joined the log that a member joins, asked for when it does so for the first time
     * @throws StoreException if the data is another's, or the member's time is over
     */
    static Identity of(RaftStoreConfig config, Supplier<RaftGroupId> joined) {
        Path directory = config.dataDir();
        if (Files.exists(directory.resolve(REMOVED))) {
            throw new StoreException(
                    config.memberId()
                            + " was removed from the cluster: to let it join again, delete "
                            + directory
                            + " and use quilla member add");
        }
        try {
            if (Files.exists(directory.resolve(FILE))) {
                return read(directory).checked(config);
            }
            Identity identity =
                    config.joins()
                            ? new Identity(
                                    config.clusterId(), joined.get(), fresh(config.memberId()))
                            : new Identity(
                                    config.clusterId(),
                                    groupOf(config.clusterId()),
                                    RaftPeerId.valueOf(config.memberId()));
            identity.write(directory);
            return identity;
        } catch (IOException e) {
            throw new StoreException(
                    "can't use the file " + directory.resolve(FILE) + " (" + e + ")", e);
        }
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
                    RaftPeerId.valueOf(line(lines, "member")));
        } catch (IllegalArgumentException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
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
        Files.writeString(
                temporary,
                """
                # Who this member is. Written by Quilla.
                cluster=%s
                group=%s
                member=%s
                """
                        .formatted(cluster, group.getUuid(), member));
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** From now on the member that lived here does not start again. */
    static void markRemoved(Path directory) throws IOException {
        Files.writeString(
                directory.resolve(REMOVED),
                "This member was removed from its cluster; what is here is of no use to it.\n");
    }
}

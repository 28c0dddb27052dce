package dev.quilla.etcd;

import dev.quilla.store.Member;
import dev.quilla.store.Members;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * The members as etcd's clients see them.
 *
 * @param cluster names the cluster
 * @param scheme {@code https} or {@code http}, as members and clients are served
 * @param members who they are; stays open when the front is closed
 */
public record Membership(String cluster, String scheme, Members members) {

    long clusterId() {
        return number("cluster/" + cluster);
    }

    /** The number by which etcd's clients know a member. */
    public long idOf(String member) {
        return number("member/" + cluster + "/" + member);
    }

    /** The member that has a number. */
    Optional<Member> find(long id) {
        return members.all().stream().filter(m -> idOf(m.id()) == id).findFirst();
    }

    String url(String address) {
        return scheme + "://" + address;
    }

    /**
     * A number that follows from a name, and so is the same on every member and after a restart.
     */
    private static long number(String name) {
        long bits =
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                        .getLeastSignificantBits();
        return bits & Long.MAX_VALUE | 1;
    }
}

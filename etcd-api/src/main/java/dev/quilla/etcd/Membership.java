package dev.quilla.etcd;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The members as etcd's clients see them.
 *
 * @param cluster names the cluster
 * @param members all of them
 */
public record Membership(String cluster, List<Member> members) {

    /**
     * One member.
     *
     * @param name its id in the store
     * @param peerUrl where the other members reach it
     * @param clientUrl where clients reach it
     */
    public record Member(String name, String peerUrl, String clientUrl) {}

    public Membership {
        members = List.copyOf(members);
    }

    long clusterId() {
        return number("cluster/" + cluster);
    }

    /** The number by which etcd's clients know a member. */
    long idOf(String name) {
        return number("member/" + cluster + "/" + name);
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

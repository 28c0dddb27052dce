package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.RoleRules.Grant;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What bindings give, by whom they name: most clusters have thousands, of which a few are about one
 * user. Not changed any more once it is complete, and thread-safe then.
 */
final class RoleIndex {

    private static final String ACCOUNT = "system:serviceaccount:";

    /**
     * What a binding gives.
     *
     * @param place which one of all it is, for there is an order in which they are told
     */
    record Entry(int place, Grant grant, List<PolicyRule> rules) {}

    /** Whom a binding names in a namespace; the name is a user's or a group's. */
    private record Named(String namespace, boolean group, String name) {}

    private final Map<Named, List<Entry>> entries = new HashMap<>();
    private int count;

    /** Adds what a binding gives one of its subjects. */
    void add(Grant grant, List<PolicyRule> rules) {
        Subject subject = grant.subject();
        Entry entry = new Entry(count++, grant, rules);
        switch (subject.kind()) {
            case "User" -> add(new Named(grant.namespace(), false, subject.name()), entry);
            case "Group" -> add(new Named(grant.namespace(), true, subject.name()), entry);
            case "ServiceAccount" -> {
                String namespace =
                        subject.namespace().isEmpty() ? grant.namespace() : subject.namespace();
                String user = ACCOUNT + namespace + ":" + subject.name();
                add(new Named(grant.namespace(), false, user), entry);
            }
            default -> {
                // Kinds that nobody knows name nobody.
            }
        }
    }

    private void add(Named named, Entry entry) {
        entries.computeIfAbsent(named, n -> new ArrayList<>()).add(entry);
    }

    /** What somebody is given in a namespace, or in the whole cluster where it is empty. */
    Stream<Entry> of(Identity who, String namespace) {
        return Stream.concat(
                        Stream.of(new Named(namespace, false, who.user())),
                        who.groups().stream().map(g -> new Named(namespace, true, g)))
                .flatMap(named -> entries.getOrDefault(named, List.of()).stream())
                .sorted(Comparator.comparingInt(Entry::place));
    }
}

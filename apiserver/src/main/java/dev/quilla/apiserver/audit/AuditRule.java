package dev.quilla.apiserver.audit;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rule of a policy. Where it names nothing of a sort, that sort does not matter.
 *
 * @param resources what it is about; a rule with resources or namespaces is about nothing else
 * @param namespaces the empty text means objects outside of namespaces
 * @param nonResourceUrls paths; one may end in an asterisk
 * @param omitManagedFields whether objects are recorded without them; empty for as the policy says
 */
public record AuditRule(
        AuditLevel level,
        List<String> users,
        List<String> userGroups,
        List<String> verbs,
        List<Resources> resources,
        List<String> namespaces,
        List<String> nonResourceUrls,
        Set<AuditStage> omitStages,
        Optional<Boolean> omitManagedFields) {

    /**
     * Resources of a group.
     *
     * @param names {@code pods}, {@code pods/log}, an asterisk for all, or one in the place of the
     *     resource or of the subresource; none for all
     * @param resourceNames objects; none for all
     */
    public record Resources(String group, List<String> names, List<String> resourceNames) {
        public Resources {
            names = List.copyOf(names);
            resourceNames = List.copyOf(resourceNames);
        }

        private boolean matches(RequestInfo what) {
            return group.equals(what.group())
                    && (names.isEmpty() || names.stream().anyMatch(n -> isNamed(n, what)))
                    && (resourceNames.isEmpty() || resourceNames.contains(what.name()));
        }

        private static boolean isNamed(String name, RequestInfo what) {
            String subresource = what.subresource();
            String asked =
                    subresource.isEmpty() ? what.resource() : what.resource() + "/" + subresource;
            return name.equals("*")
                    || name.equals(asked)
                    || (!subresource.isEmpty()
                            && (name.equals("*/" + subresource)
                                    || name.equals(what.resource() + "/*")));
        }
    }

    public AuditRule {
        users = List.copyOf(users);
        userGroups = List.copyOf(userGroups);
        verbs = List.copyOf(verbs);
        resources = List.copyOf(resources);
        namespaces = List.copyOf(namespaces);
        nonResourceUrls = List.copyOf(nonResourceUrls);
        omitStages = Set.copyOf(omitStages);
    }

    /** A rule about everything. */
    public static AuditRule of(AuditLevel level) {
        return new AuditRule(
                level,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                Optional.empty());
    }

    /** The same about these users' groups, verbs and resources alone. */
    AuditRule about(List<String> groups, List<String> otherVerbs, List<Resources> things) {
        return new AuditRule(
                level,
                users,
                groups,
                otherVerbs,
                things,
                namespaces,
                nonResourceUrls,
                omitStages,
                omitManagedFields);
    }

    /** The same about paths alone. */
    AuditRule about(List<String> paths) {
        return new AuditRule(
                level,
                users,
                userGroups,
                verbs,
                resources,
                namespaces,
                paths,
                omitStages,
                omitManagedFields);
    }

    boolean matches(Identity who, RequestInfo what) {
        return (users.isEmpty() || users.contains(who.user()))
                && (userGroups.isEmpty() || userGroups.stream().anyMatch(who.groups()::contains))
                && (verbs.isEmpty() || verbs.contains(what.verb()))
                && isAbout(what);
    }

    private boolean isAbout(RequestInfo what) {
        boolean ofResources = !resources.isEmpty() || !namespaces.isEmpty();
        if (!ofResources && nonResourceUrls.isEmpty()) {
            return true;
        }
        if (!what.isResource()) {
            return nonResourceUrls.stream().anyMatch(url -> isPath(url, what.path()));
        }
        return ofResources
                && (namespaces.isEmpty() || namespaces.contains(what.namespace()))
                && (resources.isEmpty() || resources.stream().anyMatch(r -> r.matches(what)));
    }

    private static boolean isPath(String url, String path) {
        return url.equals(path)
                || (url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1)));
    }
}

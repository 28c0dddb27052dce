package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.NonResourcePolicyRule;
import dev.quilla.model.flowcontrol.v1.PolicyRulesWithSubjects;
import dev.quilla.model.flowcontrol.v1.ResourcePolicyRule;
import dev.quilla.model.flowcontrol.v1.Subject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A flow schema, ready to be asked whether a request is of it. Immutable but for its figures. */
final class FlowRule {

    private final String name;
    private final String uid;
    private final String level;
    private final String distinguisher;
    private final List<Clause> clauses;
    private final FlowFigures figures;

    private FlowRule(FlowSchema schema, FlowFigures figures) {
        this.name = schema.name();
        this.uid = schema.uid();
        this.level = schema.spec().priorityLevelConfiguration().name();
        this.distinguisher = schema.spec().distinguisherMethod().type();
        this.clauses = schema.spec().rules().stream().map(Clause::of).toList();
        this.figures = figures;
    }

    static FlowRule of(FlowSchema schema, FlowFigures figures) {
        return new FlowRule(schema, figures);
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    /** The name of its priority level. */
    String level() {
        return level;
    }

    FlowFigures figures() {
        return figures;
    }

    boolean matches(Identity who, RequestInfo what) {
        for (Clause clause : clauses) {
            if (clause.matches(who, what)) {
                return true;
            }
        }
        return false;
    }

    /** What tells the flows of this schema apart. */
    String distinguisher(Identity who, RequestInfo what) {
        return switch (distinguisher) {
            case "ByUser" -> who.user();
            case "ByNamespace" -> what.namespace();
            default -> "";
        };
    }

    private record Clause(Subjects subjects, List<OfResources> resources, List<OfPaths> paths) {

        static Clause of(PolicyRulesWithSubjects rule) {
            return new Clause(
                    Subjects.of(rule.subjects()),
                    rule.resourceRules().stream().map(OfResources::of).toList(),
                    rule.nonResourceRules().stream().map(OfPaths::of).toList());
        }

        boolean matches(Identity who, RequestInfo what) {
            if (!subjects.have(who)) {
                return false;
            }
            return what.isResource()
                    ? resources.stream().anyMatch(r -> r.matches(what))
                    : paths.stream().anyMatch(p -> p.matches(what));
        }
    }

    /**
     * Who is meant.
     *
     * @param accounts what the names of service accounts begin with that are meant together
     */
    private record Subjects(Words users, Words groups, List<String> accounts) {

        private static final String ACCOUNT = "system:serviceaccount:";

        static Subjects of(List<Subject> subjects) {
            Set<String> users = new HashSet<>();
            Set<String> groups = new HashSet<>();
            Set<String> accounts = new HashSet<>();
            for (Subject subject : subjects) {
                switch (subject.kind()) {
                    case "User" -> users.add(subject.user().name());
                    case "Group" -> groups.add(subject.group().name());
                    default -> {
                        String space = ACCOUNT + subject.serviceAccount().namespace() + ":";
                        String account = subject.serviceAccount().name();
                        if (account.equals("*")) {
                            accounts.add(space);
                        } else {
                            users.add(space + account);
                        }
                    }
                }
            }
            return new Subjects(
                    Words.of(List.copyOf(users)),
                    Words.of(List.copyOf(groups)),
                    List.copyOf(accounts));
        }

        boolean have(Identity who) {
            if (users.have(who.user()) || groups.all()) {
                return true;
            }
            for (String group : who.groups()) {
                if (groups.named().contains(group)) {
                    return true;
                }
            }
            for (String account : accounts) {
                if (who.user().startsWith(account)) {
                    return true;
                }
            }
            return false;
        }
    }

    private record OfResources(
            Words verbs, Words groups, Words resources, Words namespaces, boolean clusterScope) {

        static OfResources of(ResourcePolicyRule rule) {
            return new OfResources(
                    Words.of(rule.verbs()),
                    Words.of(rule.apiGroups()),
                    Words.of(rule.resources()),
                    Words.of(rule.namespaces()),
                    rule.clusterScope());
        }

        boolean matches(RequestInfo what) {
            boolean there =
                    what.namespace().isEmpty() ? clusterScope : namespaces.have(what.namespace());
            return there
                    && verbs.have(what.verb())
                    && groups.have(what.group())
                    && (resources.all() || resources.have(resource(what)));
        }

        private static String resource(RequestInfo what) {
            return what.subresource().isEmpty()
                    ? what.resource()
                    : what.resource() + "/" + what.subresource();
        }
    }

    private record OfPaths(Words verbs, Words paths) {

        static OfPaths of(NonResourcePolicyRule rule) {
            return new OfPaths(Words.of(rule.verbs()), Words.of(rule.nonResourceURLs()));
        }

        boolean matches(RequestInfo what) {
            return verbs.have(what.verb()) && paths.havePath(what.path());
        }
    }
}

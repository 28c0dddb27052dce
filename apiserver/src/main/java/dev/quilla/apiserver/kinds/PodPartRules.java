package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.PodAffinityTerm;
import dev.quilla.model.core.v1.PodDNSConfig;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.core.v1.TopologySpreadConstraint;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules between the fields of pods' specifications, beside those of their containers. */
final class PodPartRules {

    private static final int NAMESERVERS_MAX = 3;
    private static final int SEARCHES_MAX = 32;

    private static final List<String> SYSTEMS = List.of("linux", "windows");

    private PodPartRules() {}

    /** The operating system, which messages name as a whole. */
    static void system(Struct part, String at, List<FieldError> errors) {
        String name = part.text("name");
        if (!name.isEmpty() && !SYSTEMS.contains(name)) {
            errors.add(FieldError.notSupported(at, name, SYSTEMS));
        }
    }

    /** A pod that asks no cluster for names says whom it asks. */
    static void names(Struct part, String at, List<FieldError> errors) {
        PodSpec spec = new PodSpec(part);
        PodDNSConfig config = spec.dnsConfig();
        String place = at + ".dnsConfig";
        boolean alone = spec.dnsPolicy().equals("None");
        if (alone && !spec.hasDnsConfig()) {
            errors.add(
                    FieldError.required(
                            place, "must provide `dnsConfig` when `dnsPolicy` is None"));
        } else if (alone && config.nameservers().isEmpty()) {
            errors.add(
                    FieldError.required(
                            place + ".nameservers",
                            "must provide at least one DNS nameserver when `dnsPolicy` is None"));
        }
        atMost(config.nameservers(), NAMESERVERS_MAX, "nameservers", place, errors);
        atMost(config.searches(), SEARCHES_MAX, "search paths", place, errors);
        for (int i = 0; i < config.searches().size(); i++) {
            String search = config.searches().get(i);
            String where = place + ".searches[" + i + "]";
            if (!search.equals(".")) {
                Names.subdomain(plain(search))
                        .ifPresent(p -> errors.add(FieldError.invalid(where, search, p)));
            }
        }
        for (int i = 0; i < config.options().size(); i++) {
            if (config.options().get(i).name().isEmpty()) {
                errors.add(FieldError.required(place + ".options[" + i + "]", "must not be empty"));
            }
        }
    }

    /**
     * A domain that is searched may end in a dot and, unlike those of objects, have underscores.
     */
    private static String plain(String search) {
        String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
        return name.replace('_', 'x');
    }

    private static void atMost(
            List<String> list, int max, String what, String at, List<FieldError> errors) {
        if (list.size() > max) {
            String field = what.equals("nameservers") ? ".nameservers" : ".searches";
            errors.add(
                    FieldError.invalid(
                            at + field, list, "must not have more than " + max + " " + what));
        }
    }

    /** What a pod shares with its host does not go with everything. */
    static void host(Struct part, String at, List<FieldError> errors) {
        PodSpec spec = new PodSpec(part);
        if (spec.shareProcessNamespace() && spec.hostPID()) {
            errors.add(
                    FieldError.invalid(
                            at + ".shareProcessNamespace",
                            true,
                            "ShareProcessNamespace and HostPID cannot both be enabled"));
        }
        if (spec.hasHostUsers() && !spec.hostUsers()) {
            String why = "when `hostUsers` is false";
            if (spec.hostNetwork()) {
                errors.add(FieldError.forbidden(at + ".hostNetwork", why));
            }
            if (spec.hostPID()) {
                errors.add(FieldError.forbidden(at + ".hostPID", why));
            }
            if (spec.hostIPC()) {
                errors.add(FieldError.forbidden(at + ".hostIPC", why));
            }
        }
        if (spec.os().name().equals("linux") && spec.securityContext().hasWindowsOptions()) {
            errors.add(
                    FieldError.forbidden(
                            at + ".securityContext.windowsOptions",
                            "windows options cannot be set for a linux pod"));
        }
    }

    /** Either all containers are processes of a Windows host or none is. */
    static void processes(Struct part, String at, List<FieldError> errors) {
        PodSpec spec = new PodSpec(part);
        var pod = spec.securityContext().windowsOptions();
        Map<String, Container> all = PodTemplates.containers(spec, at);
        long onHost = 0;
        for (Map.Entry<String, Container> entry : all.entrySet()) {
            var own = entry.getValue().securityContext().windowsOptions();
            if (pod.hasHostProcess()
                    && own.hasHostProcess()
                    && pod.hostProcess() != own.hostProcess()) {
                errors.add(
                        FieldError.invalid(
                                entry.getKey() + ".securityContext.windowsOptions.hostProcess",
                                own.hostProcess(),
                                "pod hostProcess value must be identical if both are specified, was "
                                        + pod.hostProcess()));
            }
            onHost += (own.hasHostProcess() ? own.hostProcess() : pod.hostProcess()) ? 1 : 0;
        }
        if (onHost > 0 && onHost != all.size()) {
            errors.add(
                    FieldError.invalid(
                            at,
                            "",
                            "If pod contains any hostProcess containers then all containers must"
                                    + " be HostProcess containers"));
        }
        if (onHost > 0 && !spec.hostNetwork()) {
            errors.add(
                    FieldError.invalid(
                            at + ".hostNetwork",
                            false,
                            "hostNetwork must be true if pod contains any hostProcess containers"));
        }
    }

    /** Gates are open for one reason each, and a pod that waits for them has no node. */
    static void gates(Struct part, String at, List<FieldError> errors) {
        PodSpec spec = new PodSpec(part);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.schedulingGates().size(); i++) {
            String gate = spec.schedulingGates().get(i).name();
            String place = at + ".schedulingGates[" + i + "]";
            if (!gate.isEmpty()) {
                Names.qualified(gate)
                        .ifPresent(p -> errors.add(FieldError.invalid(place + ".name", gate, p)));
            }
            if (!seen.add(gate)) {
                errors.add(FieldError.duplicate(place + ".name", gate));
            }
        }
        if (!seen.isEmpty() && !spec.nodeName().isEmpty()) {
            errors.add(
                    FieldError.forbidden(
                            at + ".nodeName",
                            "cannot be set until all schedulingGates have been cleared"));
        }
    }

    /** A toleration of anything has no value; of nothing it has no time. */
    static void toleration(Struct part, String at, List<FieldError> errors) {
        Toleration toleration = new Toleration(part);
        boolean exists = toleration.operator().equals("Exists");
        if (toleration.key().isEmpty() && !exists) {
            errors.add(
                    FieldError.invalid(
                            at + ".operator",
                            toleration.operator(),
                            "operator must be Exists when `key` is empty, which means \"match all"
                                    + " values and all keys\""));
        }
        if (exists && !toleration.value().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at + ".operator",
                            toleration.value(),
                            "value must be empty when `operator` is 'Exists'"));
        }
        if (toleration.hasTolerationSeconds() && !toleration.effect().equals("NoExecute")) {
            errors.add(
                    FieldError.invalid(
                            at + ".effect",
                            toleration.effect(),
                            "effect must be 'NoExecute' when `tolerationSeconds` is set"));
        }
    }

    /** Pods are spread over the nodes of a key once in each way. */
    static void spread(Struct part, String at, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        List<TopologySpreadConstraint> all = new PodSpec(part).topologySpreadConstraints();
        for (int i = 0; i < all.size(); i++) {
            TopologySpreadConstraint constraint = all.get(i);
            String place = at + ".topologySpreadConstraints[" + i + "]";
            String way =
                    "{%s, %s}".formatted(constraint.topologyKey(), constraint.whenUnsatisfiable());
            if (!constraint.topologyKey().isEmpty() && !seen.add(way)) {
                errors.add(FieldError.duplicate(place + ".{topologyKey, whenUnsatisfiable}", way));
            }
            if (constraint.hasMinDomains()
                    && !constraint.whenUnsatisfiable().equals("DoNotSchedule")) {
                errors.add(
                        FieldError.invalid(
                                place + ".minDomains",
                                constraint.minDomains(),
                                "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
                                        + constraint.whenUnsatisfiable()));
            }
            if (!constraint.matchLabelKeys().isEmpty() && !constraint.hasLabelSelector()) {
                errors.add(
                        FieldError.forbidden(
                                place + ".matchLabelKeys",
                                "must not be specified when labelSelector is not set"));
            }
        }
    }

    /** Which pods one wants to be near to, or far from. */
    static void term(Struct part, String at, List<FieldError> errors) {
        PodAffinityTerm term = new PodAffinityTerm(part);
        errors.addAll(SelectorRules.check(term.labelSelector(), at + ".labelSelector"));
        errors.addAll(SelectorRules.check(term.namespaceSelector(), at + ".namespaceSelector"));
        for (int i = 0; i < term.namespaces().size(); i++) {
            String namespace = term.namespaces().get(i);
            String place = at + ".namespaces[" + i + "]";
            Names.label(namespace)
                    .ifPresent(p -> errors.add(FieldError.invalid(place, namespace, p)));
        }
        if (!term.topologyKey().isEmpty()) {
            Names.qualified(term.topologyKey())
                    .ifPresent(p ->
                            errors.add(
                                    FieldError.invalid(
                                            at + ".topologyKey", term.topologyKey(), p)));
        }
    }

    /** A claim on devices is one that there is, or one that is made. */
    static void claims(Struct part, String at, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        var all = new PodSpec(part).resourceClaims();
        for (int i = 0; i < all.size(); i++) {
            var claim = all.get(i);
            String place = at + ".resourceClaims[" + i + "]";
            if (!claim.name().isEmpty() && !seen.add(claim.name())) {
                errors.add(FieldError.duplicate(place + ".name", claim.name()));
            }
            if (claim.hasResourceClaimName() && claim.hasResourceClaimTemplateName()) {
                errors.add(
                        FieldError.invalid(
                                place,
                                claim.struct(),
                                "at most one of `resourceClaimName` or `resourceClaimTemplateName`"
                                        + " may be specified"));
            } else if (!claim.hasResourceClaimName() && !claim.hasResourceClaimTemplateName()) {
                errors.add(
                        FieldError.invalid(
                                place,
                                claim.struct(),
                                "must specify one of: `resourceClaimName`,"
                                        + " `resourceClaimTemplateName`"));
            }
        }
    }
}

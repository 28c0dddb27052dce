package dev.quilla.apiserver.kinds;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.apps.v1.StatefulSetSpec;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Kinds that keep pods of one template running. */
abstract class WorkloadKind implements KindBehaviour {

    private static final int HISTORY = 10;

    abstract LabelSelector selector(Struct object);

    abstract PodTemplateSpec template(Struct object);

    /** The kind that an error names whose pods can't have a deadline. */
    abstract String podsOwner();

    /** The template with the volumes that its pods are given beside it. */
    PodTemplateSpec withClaims(Struct object) {
        return template(object);
    }

    /** Whether an object without a selector is told that it needs one. */
    boolean needsSelector() {
        return true;
    }

    /** Whether every template fits where there is no selector. */
    boolean fitsUnselected() {
        return false;
    }

    /** The kind that an error names whose selector chooses everything. */
    String lessened() {
        return "deployment";
    }

    /** Whether the selector stays as it was made. */
    boolean keepsSelector() {
        return true;
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = new ArrayList<>();
        long replicas = object.at("spec", "replicas").map(r -> ((Number) r).longValue()).orElse(0L);
        if (replicas < 0) {
            errors.add(
                    FieldError.invalid(
                            "spec.replicas", replicas, "must be greater than or equal to 0"));
        }
        LabelSelector selector = selector(object);
        boolean selects = object.at("spec", "selector").isPresent();
        if (!selects && needsSelector()) {
            errors.add(FieldError.required("spec.selector", ""));
        } else if (selects
                && selector.matchLabels().isEmpty()
                && selector.matchExpressions().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            "spec.selector",
                            selector.struct(),
                            "empty selector is invalid for " + lessened()));
        }
        before.filter(b -> keepsSelector() && !selector(b).equals(selector))
                .ifPresent(b ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.selector", selector.struct(), "field is immutable")));
        if (object.at("spec", "template").isEmpty()) {
            errors.add(FieldError.required("spec.template", ""));
        } else {
            errors.addAll(check(withClaims(object), selector, selects));
        }
        return errors;
    }

    /** No selector chooses nothing where it has to be there, an empty one chooses everything. */
    private List<FieldError> check(
            PodTemplateSpec template, LabelSelector selector, boolean selects) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, String> labels = template.metadata().labels();
        if (SelectorRules.check(selector, "").isEmpty()
                && !(selects ? Selector.of(selector).matches(labels) : fitsUnselected())) {
            errors.add(
                    FieldError.invalid(
                            "spec.template.metadata.labels",
                            labels.isEmpty() ? Optional.empty() : labels,
                            "`selector` does not match template `labels`"));
        }
        if (!template.spec().restartPolicy().equals("Always")) {
            errors.add(
                    FieldError.notSupported(
                            "spec.template.spec.restartPolicy",
                            template.spec().restartPolicy(),
                            List.of("Always")));
        }
        if (template.spec().hasActiveDeadlineSeconds()) {
            errors.add(
                    FieldError.forbidden(
                            "spec.template.spec.activeDeadlineSeconds",
                            "activeDeadlineSeconds in " + podsOwner() + " is not Supported"));
        }
        errors.addAll(PodRules.check(template, "spec.template"));
        return errors;
    }

    static final class OfDeployment extends WorkloadKind {
        private static final IntOrString QUARTER = IntOrString.of("25%");

        @Override
        LabelSelector selector(Struct object) {
            return new Deployment(object).spec().selector();
        }

        @Override
        PodTemplateSpec template(Struct object) {
            return new Deployment(object).spec().template();
        }

        @Override
        String podsOwner() {
            return "ReplicaSet";
        }

        @Override
        public Struct defaults(Struct object) {
            Deployment d = new Deployment(object);
            return d.toBuilder()
                    .spec(s -> {
                        if (!d.spec().hasReplicas()) {
                            s.replicas(1);
                        }
                        if (!d.spec().hasRevisionHistoryLimit()) {
                            s.revisionHistoryLimit(HISTORY);
                        }
                        if (!d.spec().hasProgressDeadlineSeconds()) {
                            s.progressDeadlineSeconds(600);
                        }
                        return s.template(PodTemplates.defaults(d.spec().template()))
                                .strategy(y -> {
                                    var strategy = d.spec().strategy();
                                    if (!strategy.hasType()) {
                                        y.type("RollingUpdate");
                                    }
                                    if (strategy.type().equals("Recreate")) {
                                        return y;
                                    }
                                    var rolling = strategy.rollingUpdate();
                                    return y.rollingUpdate(r ->
                                            r.maxUnavailable(
                                                            rolling.maxUnavailable()
                                                                    .orElse(QUARTER))
                                                    .maxSurge(rolling.maxSurge().orElse(QUARTER)));
                                });
                    })
                    .build()
                    .struct();
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            List<FieldError> errors = new ArrayList<>(super.validate(object, before));
            var strategy = new Deployment(object).spec().strategy();
            if (strategy.type().equals("Recreate") && strategy.hasRollingUpdate()) {
                errors.add(
                        FieldError.forbidden(
                                "spec.strategy.rollingUpdate",
                                "may not be specified when strategy `type` is 'Recreate'"));
            }
            var rolling = strategy.rollingUpdate();
            boolean none =
                    strategy.hasRollingUpdate()
                            && isZero(rolling.maxUnavailable())
                            && isZero(rolling.maxSurge());
            if (none) {
                errors.add(
                        FieldError.invalid(
                                "spec.strategy.rollingUpdate.maxUnavailable",
                                0,
                                "may not be 0 when `maxSurge` is 0"));
            }
            return errors;
        }

        private static boolean isZero(Optional<IntOrString> amount) {
            return amount.map(a -> a.toString().equals("0") || a.toString().equals("0%"))
                    .orElse(false);
        }
    }

    static final class OfReplicaSet extends WorkloadKind {
        @Override
        LabelSelector selector(Struct object) {
            return new ReplicaSet(object).spec().selector();
        }

        @Override
        PodTemplateSpec template(Struct object) {
            return new ReplicaSet(object).spec().template();
        }

        @Override
        String podsOwner() {
            return "ReplicaSet";
        }

        @Override
        public Struct defaults(Struct object) {
            ReplicaSet r = new ReplicaSet(object);
            return r.toBuilder()
                    .spec(s -> {
                        if (!r.spec().hasReplicas()) {
                            s.replicas(1);
                        }
                        return s.template(PodTemplates.defaults(r.spec().template()));
                    })
                    .build()
                    .struct();
        }
    }

    static final class OfReplicationController extends WorkloadKind {
        @Override
        LabelSelector selector(Struct object) {
            Map<String, String> labels = new ReplicationController(object).spec().selector();
            LabelSelector.Builder selector = LabelSelector.builder();
            return (labels.isEmpty() ? selector : selector.matchLabels(labels)).build();
        }

        @Override
        PodTemplateSpec template(Struct object) {
            return new ReplicationController(object).spec().template();
        }

        @Override
        String podsOwner() {
            return "ReplicationController";
        }

        @Override
        boolean keepsSelector() {
            return false;
        }

        @Override
        boolean fitsUnselected() {
            return true;
        }

        /** What its pods are called is what it is called and what it chooses, unless it says so. */
        @Override
        public Struct defaults(Struct object) {
            ReplicationController c = new ReplicationController(object);
            Map<String, String> labels = c.spec().template().metadata().labels();
            return c.toBuilder()
                    .metadata(m ->
                            c.metadata().labels().isEmpty() && !labels.isEmpty()
                                    ? m.labels(labels)
                                    : m)
                    .spec(s -> {
                        if (!c.spec().hasReplicas()) {
                            s.replicas(1);
                        }
                        if (c.spec().selector().isEmpty() && !labels.isEmpty()) {
                            s.selector(labels);
                        }
                        return c.spec().hasTemplate()
                                ? s.template(PodTemplates.defaults(c.spec().template()))
                                : s;
                    })
                    .build()
                    .struct();
        }
    }

    static final class OfStatefulSet extends WorkloadKind {
        private static final String RETAIN = "Retain";

        private static PersistentVolumeClaim claim(PersistentVolumeClaim template) {
            Struct named =
                    template.struct()
                            .with("apiVersion", "v1")
                            .with("kind", "PersistentVolumeClaim");
            return new PersistentVolumeClaim(
                    StorageKinds.CLAIM_TEMPLATES.beforeCreate(
                            StorageKinds.CLAIM_TEMPLATES.defaults(named)));
        }

        @Override
        LabelSelector selector(Struct object) {
            return new StatefulSet(object).spec().selector();
        }

        @Override
        PodTemplateSpec template(Struct object) {
            return new StatefulSet(object).spec().template();
        }

        /** A claim's volume takes the place of one of its name. */
        @Override
        PodTemplateSpec withClaims(Struct object) {
            List<Volume> volumes = new ArrayList<>();
            new StatefulSet(object)
                    .spec().volumeClaimTemplates().stream()
                            .map(claim -> claim.metadata().name())
                            .forEach(name -> volumes.add(claimed(name)));
            Set<String> claimed = volumes.stream().map(Volume::name).collect(Collectors.toSet());
            PodTemplateSpec template = template(object);
            template.spec().volumes().stream()
                    .filter(volume -> !claimed.contains(volume.name()))
                    .forEach(volumes::add);
            return volumes.isEmpty()
                    ? template
                    : template.toBuilder().spec(s -> s.volumes(volumes)).build();
        }

        private static Volume claimed(String name) {
            return Volume.builder()
                    .name(name)
                    .persistentVolumeClaim(c -> c.claimName(name))
                    .build();
        }

        @Override
        String podsOwner() {
            return "StatefulSet";
        }

        @Override
        String lessened() {
            return "statefulset";
        }

        @Override
        public Struct defaults(Struct object) {
            StatefulSet set = new StatefulSet(object);
            return set.toBuilder()
                    .spec(s -> {
                        if (!set.spec().hasReplicas()) {
                            s.replicas(1);
                        }
                        if (!set.spec().hasPodManagementPolicy()) {
                            s.podManagementPolicy("OrderedReady");
                        }
                        if (!set.spec().hasRevisionHistoryLimit()) {
                            s.revisionHistoryLimit(HISTORY);
                        }
                        var update = set.spec().updateStrategy();
                        if (!update.type().equals("OnDelete")) {
                            s.updateStrategy(u ->
                                    (update.hasType() ? u : u.type("RollingUpdate"))
                                            .rollingUpdate(r ->
                                                    r.partition(
                                                            update.rollingUpdate().partition())));
                        }
                        var kept = set.spec().persistentVolumeClaimRetentionPolicy();
                        s.persistentVolumeClaimRetentionPolicy(p ->
                                p.whenDeleted(
                                                kept.whenDeleted().isEmpty()
                                                        ? RETAIN
                                                        : kept.whenDeleted())
                                        .whenScaled(
                                                kept.whenScaled().isEmpty()
                                                        ? RETAIN
                                                        : kept.whenScaled()));
                        if (set.spec().hasVolumeClaimTemplates()) {
                            s.volumeClaimTemplates(
                                    set.spec().volumeClaimTemplates().stream()
                                            .map(OfStatefulSet::claim)
                                            .toList());
                        }
                        return s.template(PodTemplates.defaults(set.spec().template()));
                    })
                    .build()
                    .struct();
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            List<FieldError> errors = new ArrayList<>(super.validate(object, before));
            if (before.isEmpty()) {
                fixedRules(new StatefulSet(object).spec(), errors);
            }
            before.map(this::defaults)
                    .filter(b -> !fixed(b).equals(fixed(object)))
                    .ifPresent(b ->
                            errors.add(
                                    FieldError.forbidden(
                                            "spec",
                                            "updates to statefulset spec for fields other than"
                                                    + " 'replicas', 'ordinals', 'template',"
                                                    + " 'updateStrategy', 'revisionHistoryLimit',"
                                                    + " 'persistentVolumeClaimRetentionPolicy' and"
                                                    + " 'minReadySeconds' are forbidden")));
            return errors;
        }

        /** Of what stays as it was made, so that sets from before these rules can still change. */
        private static void fixedRules(StatefulSetSpec spec, List<FieldError> errors) {
            String service = spec.serviceName();
            if (!service.isEmpty()) {
                Names.label(service)
                        .ifPresent(p ->
                                errors.add(FieldError.invalid("spec.serviceName", service, p)));
            }
            List<PersistentVolumeClaim> claims = spec.volumeClaimTemplates();
            for (int i = 0; i < claims.size(); i++) {
                String at = "spec.volumeClaimTemplates[" + i + "]";
                errors.addAll(StorageRules.ofTemplate(claims.get(i).struct(), at));
                if (claims.get(i).metadata().name().isEmpty()) {
                    String volume = "spec.template.spec.volumes[" + i + "]";
                    errors.add(
                            FieldError.required(volume + ".persistentVolumeClaim.claimName", ""));
                    errors.add(FieldError.required(volume + ".name", ""));
                }
            }
        }

        private static StatefulSetSpec fixed(Struct object) {
            return new StatefulSet(object)
                    .spec().toBuilder()
                            .clearReplicas()
                            .clearOrdinals()
                            .clearTemplate()
                            .clearUpdateStrategy()
                            .clearRevisionHistoryLimit()
                            .clearPersistentVolumeClaimRetentionPolicy()
                            .clearMinReadySeconds()
                            .build();
        }
    }

    static final class OfDaemonSet extends WorkloadKind {
        private static final IntOrString ONE = IntOrString.of(1);
        private static final IntOrString ZERO = IntOrString.of(0);
        private static final String TEMPLATES = "deprecated.daemonset.template.generation";

        @Override
        LabelSelector selector(Struct object) {
            return new DaemonSet(object).spec().selector();
        }

        @Override
        PodTemplateSpec template(Struct object) {
            return new DaemonSet(object).spec().template();
        }

        @Override
        String podsOwner() {
            return "DaemonSet";
        }

        @Override
        String lessened() {
            return "daemonset";
        }

        @Override
        boolean needsSelector() {
            return false;
        }

        @Override
        public Struct beforeCreate(Struct object) {
            return counted(object, Math.max(count(object), 1));
        }

        @Override
        public Struct beforeUpdate(Struct before, Struct object) {
            long had = Math.max(count(before), 1);
            return counted(object, template(before).equals(template(object)) ? had : had + 1);
        }

        /**
         * How many templates it has had: a field of a version that is no more, which shows as an
         * annotation.
         */
        private static long count(Struct object) {
            String said = new DaemonSet(object).metadata().annotations().get(TEMPLATES);
            try {
                return said == null ? 0 : Long.parseLong(said);
            } catch (NumberFormatException e) {
                boolean number = said.matches("[+-]?[0-9]+");
                throw ApiErrors.badRequest(
                        ("DaemonSet in version \"v1\" cannot be handled as a DaemonSet:"
                                        + " strconv.ParseInt: parsing \"%s\": %s")
                                .formatted(said, number ? "value out of range" : "invalid syntax"));
            }
        }

        private static Struct counted(Struct object, long count) {
            DaemonSet set = new DaemonSet(object);
            Map<String, String> annotations = new LinkedHashMap<>(set.metadata().annotations());
            annotations.put(TEMPLATES, Long.toString(count));
            return set.toBuilder().metadata(m -> m.annotations(annotations)).build().struct();
        }

        @Override
        public Struct defaults(Struct sent) {
            DaemonSet set = new DaemonSet(counted(sent, count(sent)));
            return set.toBuilder()
                    .spec(s -> {
                        if (!set.spec().hasRevisionHistoryLimit()) {
                            s.revisionHistoryLimit(HISTORY);
                        }
                        var update = set.spec().updateStrategy();
                        if (!update.type().equals("OnDelete")) {
                            var rolling = update.rollingUpdate();
                            s.updateStrategy(u ->
                                    (update.hasType() ? u : u.type("RollingUpdate"))
                                            .rollingUpdate(r ->
                                                    r.maxUnavailable(
                                                                    rolling.maxUnavailable()
                                                                            .orElse(ONE))
                                                            .maxSurge(
                                                                    rolling.maxSurge()
                                                                            .orElse(ZERO))));
                        }
                        return s.template(PodTemplates.defaults(set.spec().template()));
                    })
                    .build()
                    .struct();
        }
    }
}

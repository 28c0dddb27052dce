package dev.quilla.apiserver.kinds;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;
import java.util.LinkedHashMap;
import java.util.Map;

/** DaemonSets; how often the template of one was changed is counted in an annotation. */
final class DaemonSetKind extends WorkloadKind {

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
                                                                rolling.maxSurge().orElse(ZERO))));
                    }
                    return s.template(PodTemplates.defaults(set.spec().template()));
                })
                .build()
                .struct();
    }
}

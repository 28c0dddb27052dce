package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.RequestInfo.Selection;
import dev.quilla.model.authorization.v1.FieldSelectorAttributes;
import dev.quilla.model.authorization.v1.LabelSelectorAttributes;
import dev.quilla.model.authorization.v1.NonResourceAttributes;
import dev.quilla.model.authorization.v1.ResourceAttributes;
import dev.quilla.model.authorization.v1.SubjectAccessReviewSpec;
import dev.quilla.model.meta.v1.FieldSelectorRequirement;
import dev.quilla.model.meta.v1.LabelSelectorRequirement;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.selector.Selector.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Who may do what, as {@code SubjectAccessReview}s ask it. Pure. */
public final class AccessReviews {

    private AccessReviews() {}

    /** Of whom it is asked. */
    public static Identity who(SubjectAccessReviewSpec spec) {
        return new Identity(spec.user(), spec.uid(), spec.groups(), spec.extra());
    }

    /** What is asked about a resource. Requirements that can't be read limit nothing. */
    public static RequestInfo what(ResourceAttributes resource) {
        return new RequestInfo(
                        resource.verb(),
                        resource.group(),
                        resource.version(),
                        resource.resource(),
                        resource.subresource(),
                        resource.namespace(),
                        resource.name(),
                        "")
                .withSelection(
                        new Selection(
                                fields(resource.fieldSelector()),
                                labels(resource.labelSelector())));
    }

    /** What is asked about a path. */
    public static RequestInfo what(NonResourceAttributes path) {
        return new RequestInfo(path.verb(), "", "", "", "", "", "", path.path());
    }

    private static FieldSelector fields(FieldSelectorAttributes selector) {
        if (!selector.rawSelector().isEmpty()) {
            return read(selector.rawSelector(), FieldSelector::parse, FieldSelector.everything());
        }
        List<FieldSelector.Requirement> all = new ArrayList<>();
        for (FieldSelectorRequirement one : selector.requirements()) {
            boolean in = one.operator().equals("In");
            if (one.values().size() == 1 && (in || one.operator().equals("NotIn"))) {
                all.add(new FieldSelector.Requirement(one.key(), one.values().getFirst(), in));
            }
        }
        return new FieldSelector(all);
    }

    private static Selector labels(LabelSelectorAttributes selector) {
        if (!selector.rawSelector().isEmpty()) {
            return read(selector.rawSelector(), Selector::parse, Selector.everything());
        }
        List<Selector.Requirement> all = new ArrayList<>();
        for (LabelSelectorRequirement one : selector.requirements()) {
            operator(one.operator())
                    .ifPresent(operator ->
                            all.add(
                                    new Selector.Requirement(
                                            one.key(), operator, Set.copyOf(one.values()))));
        }
        return new Selector(all, false);
    }

    private static Optional<Operator> operator(String name) {
        return switch (name) {
            case "In" -> Optional.of(Operator.IN);
            case "NotIn" -> Optional.of(Operator.NOT_IN);
            case "Exists" -> Optional.of(Operator.EXISTS);
            case "DoesNotExist" -> Optional.of(Operator.DOES_NOT_EXIST);
            default -> Optional.empty();
        };
    }

    private static <T> T read(String text, Function<String, T> parse, T otherwise) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }

    /** The question whether somebody may do something. */
    static SubjectAccessReviewSpec spec(Identity who, RequestInfo what) {
        SubjectAccessReviewSpec.Builder spec =
                SubjectAccessReviewSpec.builder().user(who.user()).groups(who.groups());
        if (!who.uid().isEmpty()) {
            spec.uid(who.uid());
        }
        if (!who.extra().isEmpty()) {
            spec.extra(who.extra());
        }
        return (what.isResource()
                        ? spec.resourceAttributes(resource(what))
                        : spec.nonResourceAttributes(p -> p.path(what.path()).verb(what.verb())))
                .build();
    }

    private static ResourceAttributes resource(RequestInfo what) {
        ResourceAttributes.Builder resource =
                ResourceAttributes.builder()
                        .verb(what.verb())
                        .version(what.version())
                        .resource(what.resource());
        given(what.group(), resource::group);
        given(what.subresource(), resource::subresource);
        given(what.namespace(), resource::namespace);
        given(what.name(), resource::name);
        if (!what.selection().fields().isEverything()) {
            resource.fieldSelector(s -> s.requirements(fields(what.selection().fields())));
        }
        if (!what.selection().labels().requirements().isEmpty()) {
            resource.labelSelector(s -> s.requirements(labels(what.selection().labels())));
        }
        return resource.build();
    }

    private static void given(String value, Function<String, ?> set) {
        if (!value.isEmpty()) {
            Object _ = set.apply(value);
        }
    }

    private static List<FieldSelectorRequirement> fields(FieldSelector selector) {
        return selector.requirements().stream()
                .map(r ->
                        FieldSelectorRequirement.builder()
                                .key(r.field())
                                .operator(r.equal() ? "In" : "NotIn")
                                .values(List.of(r.value()))
                                .build())
                .toList();
    }

    /** Kubernetes has no word for comparisons here: they limit nothing. */
    private static List<LabelSelectorRequirement> labels(Selector selector) {
        List<LabelSelectorRequirement> all = new ArrayList<>();
        for (Selector.Requirement one : selector.requirements()) {
            word(one.operator())
                    .ifPresent(word -> {
                        LabelSelectorRequirement.Builder requirement =
                                LabelSelectorRequirement.builder().key(one.key()).operator(word);
                        all.add(
                                (one.values().isEmpty()
                                                ? requirement
                                                : requirement.values(
                                                        one.values().stream().sorted().toList()))
                                        .build());
                    });
        }
        return all;
    }

    private static Optional<String> word(Operator operator) {
        return switch (operator) {
            case IN -> Optional.of("In");
            case NOT_IN -> Optional.of("NotIn");
            case EXISTS -> Optional.of("Exists");
            case DOES_NOT_EXIST -> Optional.of("DoesNotExist");
            case GREATER, LESS -> Optional.empty();
        };
    }
}

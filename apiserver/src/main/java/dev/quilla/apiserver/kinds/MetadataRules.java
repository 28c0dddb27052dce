package dev.quilla.apiserver.kinds;

import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The rules for metadata, of whatever object it is. */
public final class MetadataRules {

    private static final String NOT_EMPTY = "must not be empty";

    private MetadataRules() {}

    /**
     * All broken rules.
     *
     * @param at where the metadata is
     * @param isNew whether the object gets its name now
     * @param nameRule what is wrong with a name
     */
    public static List<FieldError> check(
            ObjectMeta metadata,
            String at,
            boolean isNew,
            Function<String, Optional<String>> nameRule) {
        List<FieldError> errors = new ArrayList<>();
        if (!metadata.name().isEmpty()) {
            nameRule.apply(metadata.name())
                    .ifPresent(
                            p -> errors.add(FieldError.invalid(at + ".name", metadata.name(), p)));
        }
        String prefix = metadata.generateName();
        if (!prefix.isEmpty() && isNew) {
            // What is added to it makes a good end of one that ends in a dash.
            nameRule.apply(prefix.endsWith("-") ? prefix + "x" : prefix)
                    .ifPresent(
                            p -> errors.add(FieldError.invalid(at + ".generateName", prefix, p)));
        }
        if (metadata.generation() < 0) {
            errors.add(
                    FieldError.invalid(
                            at + ".generation",
                            metadata.generation(),
                            "must be greater than or equal to 0"));
        }
        errors.addAll(Names.labels(metadata.labels(), at + ".labels"));
        errors.addAll(Names.annotations(metadata.annotations(), at + ".annotations"));
        for (String finalizer : metadata.finalizers()) {
            Names.qualified(finalizer)
                    .ifPresent(
                            p -> errors.add(FieldError.invalid(at + ".finalizers", finalizer, p)));
        }
        owners(metadata, at + ".ownerReferences", errors);
        return errors;
    }

    private static void owners(ObjectMeta metadata, String list, List<FieldError> errors) {
        Optional<OwnerReference> controller = Optional.empty();
        for (OwnerReference owner : metadata.ownerReferences()) {
            present(owner.apiVersion(), "version must not be empty", list + ".apiVersion", errors);
            present(owner.kind(), NOT_EMPTY, list + ".kind", errors);
            present(owner.name(), NOT_EMPTY, list + ".name", errors);
            present(owner.uid(), NOT_EMPTY, list + ".uid", errors);
            if (owner.kind().equals("Event") && owner.apiVersion().equals("v1")) {
                errors.add(
                        FieldError.invalid(
                                list,
                                owner.struct(),
                                "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (owner.controller() && controller.isPresent()) {
                OwnerReference other = controller.get();
                errors.add(
                        FieldError.invalid(
                                list,
                                metadata.ownerReferences().stream()
                                        .map(o -> JsonCodec.toTree(o.struct()))
                                        .toList(),
                                "Only one reference can have Controller set to true. Found \"true\""
                                        + " in references for %s/%s and %s/%s"
                                                .formatted(
                                                        other.kind(),
                                                        other.name(),
                                                        owner.kind(),
                                                        owner.name())));
            }
            if (owner.controller() && controller.isEmpty()) {
                controller = Optional.of(owner);
            }
        }
    }

    private static void present(String text, String why, String at, List<FieldError> errors) {
        if (text.isEmpty()) {
            errors.add(FieldError.invalid(at, "", why));
        }
    }
}

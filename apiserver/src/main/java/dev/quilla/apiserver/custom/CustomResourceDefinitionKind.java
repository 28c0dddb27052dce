package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceConversion;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionCondition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.apiextensions.v1.WebhookClientConfig;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What defines custom kinds. A deleted one stays until a controller has removed all objects of its
 * kind, which is what the finalizer and the condition {@code Terminating} are for.
 */
public final class CustomResourceDefinitionKind implements KindBehaviour {

    private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final String TERMINATING = "Terminating";

    private final Expressions expressions = new Expressions(RuleChecks.VARIABLES);

    @Override
    public Struct defaults(Struct object) {
        CustomResourceDefinition crd = new CustomResourceDefinition(object);
        CustomResourceDefinitionNames names = crd.spec().names();
        return crd.toBuilder()
                .spec(s -> {
                    s.names(n -> {
                        if (names.singular().isEmpty()) {
                            n.singular(names.kind().toLowerCase(Locale.ROOT));
                        }
                        return names.listKind().isEmpty() && !names.kind().isEmpty()
                                ? n.listKind(names.kind() + "List")
                                : n;
                    });
                    return s.versions(
                                    crd.spec().versions().stream()
                                            .map(CustomResourceDefinitionKind::schema)
                                            .toList())
                            .conversion(
                                    crd.spec().hasConversion()
                                            ? conversion(crd.spec().conversion())
                                            : CustomResourceConversion.builder()
                                                    .strategy("None")
                                                    .build());
                })
                .build()
                .struct();
    }

    private static CustomResourceDefinitionVersion schema(CustomResourceDefinitionVersion version) {
        return version.schema().hasOpenAPIV3Schema()
                ? version.toBuilder()
                        .schema(s ->
                                s.openAPIV3Schema(
                                        SchemaEmpties.without(version.schema().openAPIV3Schema())))
                        .build()
                : version;
    }

    private static CustomResourceConversion conversion(CustomResourceConversion conversion) {
        WebhookClientConfig server = conversion.webhook().clientConfig();
        CustomResourceConversion.Builder full = conversion.toBuilder();
        if (server.hasService() && !server.service().hasPort()) {
            WebhookClientConfig ported =
                    server.toBuilder()
                            .service(server.service().toBuilder().port(443).build())
                            .build();
            full.webhook(conversion.webhook().toBuilder().clientConfig(ported).build());
        }
        return full.build();
    }

    @Override
    public Struct beforeCreate(Struct object) {
        return stored(new CustomResourceDefinition(object)).struct();
    }

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        CustomResourceDefinition crd = stored(new CustomResourceDefinition(object));
        return crd.metadata().hasDeletionTimestamp() && !isTerminating(crd)
                ? terminating(crd).struct()
                : crd.struct();
    }

    /** Which versions objects may be stored in. */
    private static CustomResourceDefinition stored(CustomResourceDefinition crd) {
        List<String> versions = new ArrayList<>(crd.status().storedVersions());
        crd.spec().versions().stream()
                .filter(CustomResourceDefinitionVersion::storage)
                .map(CustomResourceDefinitionVersion::name)
                .filter(name -> !versions.contains(name))
                .forEach(versions::add);
        return versions.equals(crd.status().storedVersions())
                ? crd
                : crd.toBuilder().status(s -> s.storedVersions(versions)).build();
    }

    private static boolean isTerminating(CustomResourceDefinition crd) {
        return crd.status().conditions().stream().anyMatch(c -> c.type().equals(TERMINATING));
    }

    private static CustomResourceDefinition terminating(CustomResourceDefinition crd) {
        List<String> finalizers = new ArrayList<>(crd.metadata().finalizers());
        if (!finalizers.contains(FINALIZER)) {
            finalizers.add(FINALIZER);
        }
        List<CustomResourceDefinitionCondition> conditions =
                new ArrayList<>(crd.status().conditions());
        conditions.add(
                CustomResourceDefinitionCondition.builder()
                        .type(TERMINATING)
                        .status("True")
                        .reason("InstanceDeletionPending")
                        .message("CustomResourceDefinition marked for deletion")
                        .lastTransitionTime(crd.metadata().deletionTimestamp().orElseThrow())
                        .build());
        return crd.toBuilder()
                .metadata(m -> m.finalizers(finalizers))
                .status(s -> s.conditions(conditions))
                .build();
    }

    /** Before it is marked as terminating nobody knows whether there are objects of its kind. */
    @Override
    public boolean heldBy(Struct object) {
        return !isTerminating(new CustomResourceDefinition(object));
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        return CustomResourceDefinitionRules.check(
                expressions,
                new CustomResourceDefinition(object),
                before.map(CustomResourceDefinition::new));
    }
}

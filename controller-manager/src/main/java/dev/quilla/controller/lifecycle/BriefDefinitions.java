package dev.quilla.controller.lifecycle;

import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;

/** Definitions of custom kinds as informers keep them: there may be thousands. */
public final class BriefDefinitions {

    /** All but the schemas, which are nearly all of a definition, and which no controller reads. */
    public static final ResourceType<CustomResourceDefinition> TYPE =
            new ResourceType<>(
                    Resources.CUSTOM_RESOURCE_DEFINITIONS.gvr(),
                    Resources.CUSTOM_RESOURCE_DEFINITIONS.gvk(),
                    Resources.CUSTOM_RESOURCE_DEFINITIONS.namespaced(),
                    Resources.CUSTOM_RESOURCE_DEFINITIONS.definition(),
                    BriefDefinitions::of);

    private BriefDefinitions() {}

    private static CustomResourceDefinition of(Struct struct) {
        CustomResourceDefinition crd = new CustomResourceDefinition(struct);
        return crd.toBuilder()
                .spec(s ->
                        s.versions(
                                crd.spec().versions().stream()
                                        .map(v -> v.struct().without("schema"))
                                        .map(CustomResourceDefinitionVersion::new)
                                        .toList()))
                .build();
    }
}

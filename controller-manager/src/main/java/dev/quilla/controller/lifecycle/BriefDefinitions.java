package dev.quilla.controller.lifecycle;

import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;

/** Definitions of custom kinds as informers keep them: there may be thousands. */
public final class BriefDefinitions {

    /**
     * What controllers read: names, versions and status. The rest is nearly all of a definition:
     * schemas, annotations, who owns which field, how objects are converted.
     */
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
                .metadata(m -> m.clearManagedFields().clearAnnotations())
                .spec(s ->
                        s.clearConversion()
                                .versions(
                                        crd.spec().versions().stream()
                                                .map(BriefDefinitions::brief)
                                                .toList()))
                .build();
    }

    private static CustomResourceDefinitionVersion brief(CustomResourceDefinitionVersion version) {
        return CustomResourceDefinitionVersion.builder()
                .name(version.name())
                .served(version.served())
                .storage(version.storage())
                .build();
    }
}

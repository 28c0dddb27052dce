package dev.quilla.codegen;

import dev.quilla.codegen.Facts.Resource;
import dev.quilla.codegen.Facts.Type;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The source of the constants that name resources. */
final class ResourcesSource {

    private final Facts facts;

    ResourcesSource(Facts facts) {
        this.facts = facts;
    }

    String text() {
        StringBuilder out = new StringBuilder();
        out.append(
                """
                package dev.quilla.model;

                /** The resources that programs use by type; generated. */
                @javax.annotation.processing.Generated("dev.quilla.codegen")
                public final class Resources {

                    private Resources() {}
                """);
        Set<String> taken = new HashSet<>();
        List<Resource> ordered =
                facts.resources().stream()
                        .sorted(Comparator.comparing((Resource r) -> r.preferred() ? 0 : 1))
                        .toList();
        for (Resource resource : ordered) {
            Type type = Objects.requireNonNull(facts.types().get(resource.definition()));
            if (!type.isObject()) {
                continue;
            }
            String name = Names.constant(resource.kind(), resource.resource());
            if (!taken.add(name)) {
                String gv = resource.groupVersion();
                name += "_" + gv.substring(gv.indexOf('/') + 1).toUpperCase(java.util.Locale.ROOT);
                taken.add(name);
            }
            append(out, name, resource, type);
        }
        return out.append("}\n").toString();
    }

    private static void append(StringBuilder out, String name, Resource resource, Type type) {
        out.append(
                """

                    /** %1$s of %2$s. */
                    public static final ResourceType<%3$s> %4$s =
                            new ResourceType<>(
                                    GroupVersion.parse("%2$s").resource("%1$s"),
                                    GroupVersion.parse("%2$s").kind("%5$s"),
                                    %6$s,
                                    %3$s.definition(),
                                    %3$s::new);
                """
                        .formatted(
                                resource.resource(),
                                resource.groupVersion(),
                                type.className(),
                                name,
                                resource.kind(),
                                resource.namespaced()));
    }
}

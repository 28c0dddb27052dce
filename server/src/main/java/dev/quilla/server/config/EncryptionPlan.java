package dev.quilla.server.config;

import dev.quilla.model.GroupResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is encrypted before it goes to the store.
 *
 * @param resources whose objects; none for nothing
 * @param keyFile where the keys are
 */
public record EncryptionPlan(Set<GroupResource> resources, Path keyFile) {

    /** The key file's name among the cluster's keys. */
    public static final String KEY_FILE = "encryption.keys";

    private static final List<String> USUAL = List.of("secrets");
    private static final Pattern RESOURCE = Pattern.compile("[a-z0-9]+(\\.[a-z0-9.-]+)?");

    public EncryptionPlan {
        resources = Set.copyOf(resources);
    }

    /** Whether keys are needed: also to read what was encrypted before. */
    public boolean needsKeys() {
        return !resources.isEmpty() || Files.exists(keyFile);
    }

    /** Reads the section {@code encryption} of a file. */
    static EncryptionPlan of(ConfigSection root, Path pkiDir) {
        return root.sectionIfPresent("encryption")
                .map(section -> read(section, pkiDir))
                .orElseGet(() ->
                        new EncryptionPlan(
                                Set.of(new GroupResource("", "secrets")),
                                pkiDir.resolve(KEY_FILE)));
    }

    private static EncryptionPlan read(ConfigSection section, Path pkiDir) {
        Set<GroupResource> resources = new LinkedHashSet<>();
        for (String name : section.has("resources") ? section.strings("resources") : USUAL) {
            if (!RESOURCE.matcher(name).matches()) {
                section.error(
                        "resources",
                        "names resources as in secrets or widgets.example.com, not '" + name + "'");
            }
            String[] parts = name.split("\\.", 2);
            resources.add(new GroupResource(parts.length > 1 ? parts[1] : "", parts[0]));
        }
        return new EncryptionPlan(
                resources,
                section.has("keyFile") ? section.path("keyFile") : pkiDir.resolve(KEY_FILE));
    }
}

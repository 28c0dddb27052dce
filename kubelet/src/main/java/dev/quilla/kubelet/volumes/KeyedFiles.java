package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import dev.quilla.model.core.v1.KeyToPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which entries of a ConfigMap or Secret become files.
 *
 * @param name the object's
 * @param items the entries and their paths; empty for all of them, each under its key
 * @param optional whether the object, or one of its entries, may be missing
 * @param mode of files whose item says nothing else
 */
record KeyedFiles(String name, List<KeyToPath> items, boolean optional, int mode) {

    KeyedFiles {
        items = List.copyOf(items);
    }

    /**
     * The files.
     *
     * @param kind the object's kind, and {@code entry} that of its keys, as messages name them
     */
    Map<String, VolumeFile> of(String kind, String entry, Optional<Map<String, Bytes>> data)
            throws VolumeException {
        if (data.isEmpty() && !optional) {
            throw new VolumeException("%s \"%s\" not found".formatted(kind, name));
        }
        Map<String, Bytes> present = data.orElse(Map.of());
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        if (items.isEmpty()) {
            present.forEach((key, content) -> files.put(key, VolumeFile.of(content, mode)));
        }
        for (KeyToPath item : items) {
            Bytes content = present.get(item.key());
            if (content != null) {
                int own = item.hasMode() ? item.mode() : mode;
                files.put(item.path(), VolumeFile.of(content, own));
            } else if (!optional) {
                throw new VolumeException(
                        "%s \"%s\" references non-existent %s key: %s"
                                .formatted(kind, name, entry, item.key()));
            }
        }
        return files;
    }
}

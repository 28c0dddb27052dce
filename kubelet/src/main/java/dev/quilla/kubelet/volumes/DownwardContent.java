package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.DownwardAPIVolumeFile;
import dev.quilla.model.core.v1.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a pod is told of itself, as files. */
final class DownwardContent implements Content {

    private final Pod pod;
    private final List<DownwardAPIVolumeFile> items;
    private final int mode;
    private final DownwardFields fields;

    DownwardContent(Pod pod, List<DownwardAPIVolumeFile> items, int mode, DownwardFields fields) {
        this.pod = pod;
        this.items = items;
        this.mode = mode;
        this.fields = fields;
    }

    @Override
    public Map<String, VolumeFile> files() throws VolumeException {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        for (DownwardAPIVolumeFile item : items) {
            Bytes content = Bytes.utf8(text(item));
            files.put(item.path(), VolumeFile.of(content, item.hasMode() ? item.mode() : mode));
        }
        return files;
    }

    private String text(DownwardAPIVolumeFile item) throws VolumeException {
        return item.hasResourceFieldRef()
                ? fields.resource(
                        container(item.resourceFieldRef().containerName()), item.resourceFieldRef())
                : DownwardFields.field(pod, item.fieldRef().fieldPath());
    }

    private Container container(String name) throws VolumeException {
        return Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new VolumeException("container %s not found".formatted(name)));
    }
}

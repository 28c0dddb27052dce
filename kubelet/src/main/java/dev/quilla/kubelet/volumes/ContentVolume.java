package dev.quilla.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** A volume whose files are made of the cluster's objects and follow them. */
final class ContentVolume implements PodVolume {

    private final Content content;
    private final AtomicDirectory directory;

    ContentVolume(Content content, Path directory, Ownership ownership, InstantSource clock) {
        this.content = content;
        this.directory = new AtomicDirectory(directory, ownership, clock);
    }

    @Override
    public void prepare() throws IOException, VolumeException {
        directory.write(content.files());
    }

    @Override
    public Path source() {
        return directory.path();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public boolean followsCluster() {
        return true;
    }

    @Override
    public boolean isThere() {
        return directory.isWritten();
    }
}

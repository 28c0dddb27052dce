package dev.quilla.plugin.host;

import dev.quilla.plugin.QuillaPlugin;
import java.nio.file.Path;

/**
 * A plugin that belongs to Quilla itself: there from the start, without a {@code Plugin} object.
 */
public sealed interface BundledPlugin {

    /** One in a JAR of the distribution, loaded like anyone else's. */
    record Jar(Path file) implements BundledPlugin {}

    /**
     * One that is part of this process, since it needs more of the host than plugins may see.
     *
     * @param name under which it appears
     */
    record Part(String name, QuillaPlugin plugin) implements BundledPlugin {}
}

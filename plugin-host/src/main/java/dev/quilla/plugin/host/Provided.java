package dev.quilla.plugin.host;

/**
 * An extension, and where it came from.
 *
 * @param plugin the name of the {@code Plugin} object, or the plugin's id where it is bundled
 * @param bundled whether it belongs to Quilla itself
 * @param joinsDefaultProfile whether a policy takes part in the default profile unasked
 */
public record Provided<E>(
        String plugin, boolean bundled, boolean joinsDefaultProfile, E extension) {}

package dev.quilla.plugin.host;

/** Where extensions come from; see {@link Provided}. */
record Origin(String plugin, boolean bundled, boolean joinsDefaultProfile) {

    <E> Provided<E> provides(E extension) {
        return new Provided<>(plugin, bundled, joinsDefaultProfile, extension);
    }
}

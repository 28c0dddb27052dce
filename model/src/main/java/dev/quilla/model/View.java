package dev.quilla.model;

/** A typed view of a struct; generated for every definition. */
public interface View {

    /** What it looks at. */
    Struct struct();
}

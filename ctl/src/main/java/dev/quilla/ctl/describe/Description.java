package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;

/** Tells of objects of some kind. */
interface Description {

    /** Adds to a sheet what there is to tell of an object. */
    void tell(Tree object, Sheet sheet);

    /** What every object has. */
    static void head(Tree object, Sheet sheet) {
        sheet.line("Name", object.name());
        sheet.lineIf("Namespace", object.namespace());
    }

    /** Labels and annotations. */
    static void marks(Tree object, Sheet sheet) {
        sheet.pairs("Labels", object.texts("metadata", "labels"), "=");
        var annotations = object.texts("metadata", "annotations");
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        sheet.pairs("Annotations", annotations, ": ");
    }
}

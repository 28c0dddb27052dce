package dev.quilla.apiserver.flow;

/**
 * Which requests a request is treated with. Immutable.
 *
 * @param distinguisher tells it from other flows of the schema: a user or a namespace
 */
public record Flow(FlowRule schema, PriorityLevel level, String distinguisher) {

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** The uid of the flow schema that the request is of. */
    public String schemaUid() {
        return schema.uid();
    }

    /** The uid of the configuration of its priority level. */
    public String levelUid() {
        return level.uid();
    }

    /** The same for the same flow on every master: FNV-1a, stirred as murmur3 does it. */
    long hash() {
        long hash = mix(mix(OFFSET, schema.name()) * PRIME, distinguisher);
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private static long mix(long hash, String text) {
        long mixed = hash;
        for (int i = 0; i < text.length(); i++) {
            mixed = (mixed ^ text.charAt(i)) * PRIME;
        }
        return mixed;
    }
}

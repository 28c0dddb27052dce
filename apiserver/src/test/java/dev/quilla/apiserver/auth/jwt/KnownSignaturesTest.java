package dev.quilla.apiserver.auth.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KnownSignaturesTest {

    private static final TestSigner SIGNER = TestSigner.of(SignatureAlgorithm.ES256);
    private static final TestSigner OTHER = TestSigner.of(SignatureAlgorithm.ES256);

    private final List<JsonWebToken> checked = new ArrayList<>();
    private final KnownSignatures signatures = new KnownSignatures(this::check, 2);

    private boolean check(JsonWebToken token, PublicKey key) {
        checked.add(token);
        return token.isSignedBy(key);
    }

    @Test
    void aGoodOneIsCheckedOnce() {
        JsonWebToken token = token(SIGNER, "a");
        assertTrue(signatures.isSigned(token, SIGNER.publicKey()));
        assertTrue(signatures.isSigned(token, SIGNER.publicKey()));
        assertTrue(signatures.isSigned(again(token), SIGNER.publicKey()));
        assertEquals(List.of(token), checked);
    }

    @Test
    void whoShowTheSameAtTheSameTimeWaitForOneCheckForEachProcessor() throws InterruptedException {
        AtomicInteger checks = new AtomicInteger();
        KnownSignatures slow =
                new KnownSignatures(
                        (token, key) -> {
                            checks.incrementAndGet();
                            return token.isSignedBy(key);
                        },
                        2);
        JsonWebToken token = token(SIGNER, "a");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(Thread.startVirtualThread(() -> slow.isSigned(token, SIGNER.publicKey())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(checks.get() <= Runtime.getRuntime().availableProcessors(), checks + " checks");
    }

    @Test
    void aBadOneIsNeverKnown() {
        JsonWebToken token = token(OTHER, "a");
        assertFalse(signatures.isSigned(token, SIGNER.publicKey()));
        assertFalse(signatures.isSigned(token, SIGNER.publicKey()));
        assertEquals(2, checked.size());
    }

    @Test
    void whatOneKeyHasSignedNoOtherHas() {
        JsonWebToken token = token(SIGNER, "a");
        assertTrue(signatures.isSigned(token, SIGNER.publicKey()));
        assertFalse(signatures.isSigned(token, OTHER.publicKey()));
    }

    @Test
    void aKnownSignatureIsGoodForNoOtherText() {
        JsonWebToken known = token(SIGNER, "a");
        JsonWebToken wanted = token(SIGNER, "b");
        assertTrue(signatures.isSigned(known, SIGNER.publicKey()));
        JsonWebToken forged =
                new JsonWebToken(
                        wanted.algorithm(),
                        wanted.keyId(),
                        wanted.claims(),
                        wanted.signed(),
                        known.signature());
        assertFalse(signatures.isSigned(forged, SIGNER.publicKey()));
    }

    @Test
    void theOneUsedLongestAgoMakesRoom() {
        JsonWebToken a = token(SIGNER, "a");
        JsonWebToken b = token(SIGNER, "b");
        for (JsonWebToken token : List.of(a, b, a, token(SIGNER, "c"))) {
            assertTrue(signatures.isSigned(token, SIGNER.publicKey()));
        }
        checked.clear();
        assertTrue(signatures.isSigned(a, SIGNER.publicKey()));
        assertEquals(List.of(), checked);
        assertTrue(signatures.isSigned(b, SIGNER.publicKey()));
        assertEquals(List.of(b), checked);
    }

    private static JsonWebToken token(TestSigner signer, String subject) {
        String text = signer.token(SignatureAlgorithm.ES256, "k", Map.of("sub", subject));
        return JsonWebToken.parse(text).orElseThrow();
    }

    /** The same token, read another time. */
    private static JsonWebToken again(JsonWebToken token) {
        return new JsonWebToken(
                token.algorithm(),
                token.keyId(),
                token.claims(),
                token.signed(),
                token.signature());
    }
}

/* What Java cannot do to its own process, and a runtime must that learns of its function after it has started. */

#include <jni.h>
#include <stdlib.h>
#include <unistd.h>

/* The array's elements are bytes that end with a zero: `NAME=value`. They must stay where they are, so they are never
   freed. Returns whether it could be done. */
JNIEXPORT jboolean JNICALL Java_hob_runtime_NativeProcess_replaceEnvironment(JNIEnv *jni, jclass type, jobjectArray variables) {
    jsize count = (*jni)->GetArrayLength(jni, variables);
    if (clearenv() != 0) {
        return JNI_FALSE;
    }
    for (jsize i = 0; i < count; i++) {
        jbyteArray variable = (jbyteArray) (*jni)->GetObjectArrayElement(jni, variables, i);
        jsize length = (*jni)->GetArrayLength(jni, variable);
        char *text = malloc((size_t) length);
        if (text == NULL) {
            return JNI_FALSE;
        }
        (*jni)->GetByteArrayRegion(jni, variable, 0, length, (jbyte *) text);
        (*jni)->DeleteLocalRef(jni, variable);
        if (putenv(text) != 0) {
            return JNI_FALSE;
        }
    }
    return JNI_TRUE;
}

/* The path ends with a zero, too. */
JNIEXPORT jboolean JNICALL Java_hob_runtime_NativeProcess_changeFolder(JNIEnv *jni, jclass type, jbyteArray path) {
    jbyte *text = (*jni)->GetByteArrayElements(jni, path, NULL);
    if (text == NULL) {
        return JNI_FALSE;
    }
    int failed = chdir((const char *) text);
    (*jni)->ReleaseByteArrayElements(jni, path, text, JNI_ABORT);
    return failed ? JNI_FALSE : JNI_TRUE;
}

// OpenBLAS's CBLAS interface, and the LAPACK symbols that Debian's package holds without a header.
#pragma once
#include <cblas.h>

/// Symmetric eigenproblem by divide and conquer (LAPACK, column major, in place).
extern void ssyevd_(const char *jobz, const char *uplo, const int *n, float *a, const int *lda,
                    float *w, float *work, const int *lwork, int *iwork, const int *liwork,
                    int *info);
extern void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda,
                    double *w, double *work, const int *lwork, int *iwork, const int *liwork,
                    int *info);

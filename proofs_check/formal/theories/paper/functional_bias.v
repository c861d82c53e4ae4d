From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain bias bias_functional_cut formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the functional Hessian with bias (Singh et al. 2021, Sec. 7.2, amended): with      *)
(* s~ = rk E[(x, 1) delta^T] at the given parameters and no hidden width below s~, it is at most  *)
(* the formula for E[delta] <> 0, that is 2 s~ M - (L - 2) s~ (s~ - 1). For all weights, biases   *)
(* and data, over any field, and for two layers or more; L + 1 layers here.                       *)
Theorem functional_bias_residual_bound (F : fieldType) (M : nat -> nat) (L N m : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1))
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)) (s_aug := \rank (residual_moment W b X Y)) :
    (0 < L)%N -> (forall l, (0 < l <= L)%N -> (s_aug <= M l)%N) ->
  (\rank (biased_functional_hessian W b X Y))%:Z <= functional_bias_bound L.+1 M m s_aug 1.
Proof. exact: rank_biased_functional_residual. Qed.

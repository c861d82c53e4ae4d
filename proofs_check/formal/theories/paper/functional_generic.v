From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian kernel_equations kernel_count.
From Hessproof Require Import functional_bound functional_attained formulas narrowest int_ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the functional Hessian H_f, exactly: 2 qhat M + 2 qhat s - L qhat^2 for L >= *)
(* 2, and 0 for L = 1, where r is the rank of the inputs X, s that of X times the transposed *)
(* residual, M the sum of the hidden widths and qhat = min(r, M_1, ..., M_(L-1), K, s). No *)
(* weights and data have a larger rank, over any field; and for all inputs and every residual *)
(* there are weights and labels with that residual and that rank, over any field in which L - *)
(* 1 is not zero. So the bound of Corollary 6 in Singh et al. 2021 is the largest rank. *)

(* The formula, with what it subtracts on the other side. *)
Lemma functional_genericE L M r s : (1 < L)%N ->
  functional_generic L M r s + (L * (qhat_of L M r s * qhat_of L M r s))%:Z
  = (qhat_of L M r s * (hidden_total L M + s).*2)%:Z.
Proof.
move=> L1; rewrite /functional_generic ifF; last by rewrite gtn_eqF.
rewrite -mul2n !PoszM PoszD; int_ring.
Qed.

(* One layer: no weights change the derivative of the others, and H_f = 0. *)
Lemma functional_generic_one_layer M r s : functional_generic 1 M r s = 0.
Proof. by []. Qed.

(* qhat is s or a hidden width, since s is at most r and at most K. *)
Lemma qhat_of_hidden (F : fieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N))
    (q := qhat_of L M (\rank X) (\rank (X *m E^T))) :
  (0 < L)%N -> q = \rank (X *m E^T) \/ exists2 l, (0 < l < L)%N & q = M l.
Proof.
move=> L0; set s := \rank (X *m E^T) in q *; have sr : (s <= \rank X)%N := mxrankM_maxl _ _.
have sK : (s <= M L)%N := rank_leq_col _.
have qs : (q <= s)%N := qhat_of_le_residual _ _ _ _.
have [E1|E1|[l /andP[l0]]] := qhat_of_attained M (\rank X) s L0; first by left.
  by left; apply/eqP; rewrite eqn_leq qs /q E1.
rewrite leq_eqVlt => /orP[/eqP -> E1|lL E1]; last by right; exists l; rewrite ?l0.
by left; apply/eqP; rewrite eqn_leq qs /q E1.
Qed.

Section AnyField.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)).

(* For all weights and all data, over any field and for any widths: H_f has rank at most 2 qhat M *)
(* + 2 qhat s - L qhat^2 for L >= 2, and 0 for L = 1.                                             *)
Theorem functional_upper_bound (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, N)) :
    (0 < L)%N ->
  (\rank (functional_hessian W X Y))%:Z
  <= functional_bound L M (\rank X) (\rank (X *m (residual X Y W)^T)).
Proof.
case: L Y => [//|[|L']] Y _; first by rewrite functional_hessian_one_layer // mxrank0.
set r := \rank X; set s := \rank (X *m _); set q := qhat_of L'.+2 M r s.
rewrite -[functional_bound _ _ _ _]/(functional_generic L'.+2 M r s).
rewrite -(ler_add2r (L'.+2 * (q * q))%:Z) functional_genericE // -PoszD lez_nat.
apply: rank_functional_hessian_le => // [|c cL|].
- exact: qhat_of_le_residual.
- by apply: qhat_of_le_width; case/andP: cL => -> /ltnW.
exact: (qhat_of_hidden X (residual X Y W)).
Qed.

End AnyField.

(* For all inputs X and every residual E there are weights and labels with this residual for     *)
(* which H_f has rank 2 qhat M + 2 qhat s - L qhat^2, s = rk X E^T (0 for L = 1). Over any field *)
(* in which L - 1 is not zero.                                                                   *)
Theorem functional_attained_every_residual (F : fieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) :
    (0 < L)%N -> (L == 1%N) || (L.-1%:R != 0 :> F) ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, N)), residual X Y W = E /\
    (\rank (functional_hessian W X Y))%:Z = functional_generic L M (\rank X) (\rank (X *m E^T)).
Proof.
case: L E => [//|[|L']] E _ char.
  exists (fun i => 0), (chain (fun i => 0) 0 1 *m X - E); split; first by rewrite /residual subKr.
  by rewrite functional_hessian_one_layer // mxrank0.
have [||l lL|W [Y [rE h]]] := @functional_attained F M L'.+2 N (qhat_of L'.+2 M (\rank X)
  (\rank (X *m E^T))) X E _ char; first by [].
- exact: qhat_of_le_residual.
- by apply: qhat_of_le_width; case/andP: lL => -> /ltnW.
exists W, Y; split=> //; apply: le_anti; apply/andP; split.
  by have := functional_upper_bound X W Y isT; rewrite rE.
set q := qhat_of _ _ _ _ in h *.
rewrite -(ler_add2r (L'.+2 * (q * q))%:Z) functional_genericE // -PoszD lez_nat.
by apply: leq_trans h; rewrite -mul2n mulnCA mulnA mulnDr.
Qed.

(* For every pair of ranks r <= d and s <= min(r, K) there are weights, inputs of rank r and      *)
(* labels, with rk X residual^T = s, for which H_f has rank 2 qhat M + 2 qhat s - L qhat^2 (0 for *)
(* L = 1). Over any field in which L - 1 is not zero.                                             *)
Theorem functional_attained_given_ranks (F : fieldType) (M : nat -> nat) (L r s : nat) :
    (0 < L)%N -> (L == 1%N) || (L.-1%:R != 0 :> F) ->
    (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, r)) (Y : 'M[F]_(M L, r)),
    [/\ \rank X = r, \rank (X *m (residual X Y W)^T) = s
      & (\rank (functional_hessian W X Y))%:Z = functional_generic L M r s].
Proof.
move=> L0 char r0 sr sL; pose X : 'M[F]_(M 0%N, r) := pid_mx r.
have rX : \rank X = r by rewrite rank_pid_mx.
have sE : \rank (X *m (pid_mx s : 'M[F]_(M L, r))^T) = s.
  rewrite tr_pid_mx mul_pid_mx (minn_idPr sr) (minn_idPr sr) rank_pid_mx //.
  exact: leq_trans sr r0.
have [W [Y [rE h]]] := functional_attained_every_residual X (pid_mx s) L0 char.
by exists W, X, Y; rewrite rE; move: h; rewrite sE rX.
Qed.

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker z_lemma form_matrix chain loss hessian upper_bound.
From Hessproof Require Import bias bias_decoupling bias_cut.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of the Hessian with bias is at most the number of conditions that   *)
(* define the layer-local kernel at a cut, for all weights, biases and data.    *)

(* Conditions Phi_l, block by block: the rank of a matrix is at most their number and its rank   *)
(* on what meets them.                                                                           *)
Definition met_conditions (F : fieldType) L (n m : 'I_L -> nat)
    (Phi : forall l, 'M[F]_(n l, m l)) : 'M[F]_(\sum_l n l) := \mxdiag_l kermx (Phi l).

Lemma met_conditionsP (F : fieldType) L (n m : 'I_L -> nat) (Phi : forall l, 'M[F]_(n l, m l))
    i l : submxrow (row i (met_conditions Phi)) l *m Phi l = 0.
Proof.
have -> : row i (met_conditions Phi) = row i 1%:M *m \mxdiag_l kermx (Phi l).
  by rewrite -row_mul mul1mx.
by rewrite -[row i 1%:M]submxrowK mul_mxrow_mxdiag mxrowK -mulmxA mulmx_ker mulmx0.
Qed.

Lemma rank_le_conditions_met (F : fieldType) L (n m : 'I_L -> nat) (H : 'M[F]_(\sum_l n l))
    (Phi : forall l, 'M[F]_(n l, m l)) :
  (\rank H <= \sum_l \rank (Phi l) + \rank (met_conditions Phi *m H))%N.
Proof.
have := mxrank_mul_min (met_conditions Phi) H.
have count : (\sum_l \rank (Phi l) + \rank (met_conditions Phi) = \sum_l n l)%N.
  rewrite rank_mxdiag -big_split /=; apply: eq_bigr => l _.
  by rewrite mxrank_ker subnKC ?rank_leq_row.
rewrite leq_subLR => le; rewrite -(leq_add2l (\rank (met_conditions Phi))).
by apply: leq_trans le _; rewrite addnA [X in (_ <= X + _)%N]addnC count.
Qed.

(* A matrix that kills whatever meets the conditions has at most as much rank as they.            *)
Lemma rank_le_conditions (F : fieldType) L (n m : 'I_L -> nat) (H : 'M[F]_(\sum_l n l))
    (Phi : forall l, 'M[F]_(n l, m l)) :
    (forall u : 'rV_(\sum_l n l), (forall l, submxrow u l *m Phi l = 0) -> u *m H = 0) ->
  (\rank H <= \sum_l \rank (Phi l))%N.
Proof.
move=> kill; have met0 : met_conditions Phi *m H = 0.
  by apply/row_matrixP => i; rewrite row_mul row0 kill // => l; apply: met_conditionsP.
by have := rank_le_conditions_met H Phi; rewrite met0 mxrank0 addn0.
Qed.

(* Two conditions left * U * data = 0 and U * data * right = 0 on U: their      *)
(* number is that of a Z-matrix.                                               *)
Section TwoConditions.
Variables (F : fieldType) (a b w x y : nat).
Variables (left : 'M[F]_(x, a)) (data : 'M[F]_(b, w)) (right : 'M[F]_(w, y)).

Definition two_conditions : 'M[F]_(a * b, a * y + x * w) :=
  row_mx (1%:M *t (data *m right)) (left^T *t data).

Lemma two_conditionsP (u : 'rV[F]_(a * b)) :
  u *m two_conditions = 0 -> left *m unvec u *m data = 0 /\ unvec u *m data *m right = 0.
Proof.
rewrite mul_mx_row => /eqP; rewrite row_mx_eq0 => /andP[/eqP r0 /eqP l0].
have zero m n : @unvec F m n 0 = 0 by apply/matrixP => i j; rewrite !mxE.
split; first by rewrite -{1}[left]trmxK -unvec_mul l0 zero.
by rewrite -mulmxA -[unvec u]mul1mx -{1}[1%:M]trmx1 -unvec_mul r0 zero.
Qed.

Lemma rank_two_conditions c d : (\rank left <= c)%N -> (\rank right <= d)%N -> (d <= w)%N ->
  (\rank two_conditions <= a * d + c * (w - d))%N.
Proof.
move=> leftc rightd dw.
have -> : two_conditions = (1%:M *t data) *m (z_matrix right^T left)^T.
  rewrite /z_matrix tr_col_mx !trmx_tens trmxK !trmx1 mul_mx_row !tensmx_mul.
  by rewrite !mul1mx mulmx1.
apply: leq_trans (mxrankM_maxr _ _) _; rewrite mxrank_tr rank_z_matrix_split mxrank_tr.
set p := \rank right in rightd *; set k := \rank left in leftc *.
have ka : (k <= a)%N := rank_leq_col _.
apply: leq_trans (_ : a * d + k * (w - d) <= _)%N; last by rewrite leq_add2l leq_mul2r leftc orbT.
(* a p + k (w - p) = a p + k (d - p) + k (w - d), and k <= a *)
rewrite -(subnK dw); move: (w - d)%N => f; rewrite -(subnKC rightd); move: (d - p)%N => e.
rewrite addnK addnCA addKn !mulnDr -addnA leq_add2l addnC leq_add2r.
by rewrite leq_mul2r ka orbT.
Qed.
End TwoConditions.

Section Cut.
Variables (F : fieldType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).

(* (x, 1) = data0 * data1, and r its rank. *)
Notation r := (\rank (augmented X)).
Definition data0 : 'M[F]_(aM 0%N, r) := col_base (augmented X : 'M_(aM 0%N, N)).
Notation A := (reduced_widths aM r).
Notation T := (reduced data0 (affine W b)).
Notation G := (row_base (augmented X) *m (biased_residual W b X Y)^T).

(* What a layer sees of the data: all of its input, but the first layer the     *)
(* span of the data only.                                                      *)
Definition layer_data l : 'M[F]_(aM l, A l) :=
  match l return 'M[F]_(aM l, A l) with
  | 0%N => data0
  | l'.+1 => 1%:M
  end.

Lemma reduced_directionE U l : reduced_direction data0 U l = U l *m layer_data l.
Proof. by case: l => //= l; rewrite mulmx1. Qed.

(* The two conditions on layer l at a cut s: up to the cut                       *)
(*   W^{s:l+1} U = 0 and U T^{l:1} G W^{L:s+1} = 0,                              *)
(* behind it U T^{l:s+1} = 0 and T^{s:1} G W^{L:l+1} U = 0.                      *)
Definition cut_width s l := if (l < s)%N then M s else A s.

Definition biased_left s l : 'M[F]_(cut_width s l, M l.+1) :=
  if (l < s)%N as c return 'M[F]_(if c then M s else A s, M l.+1)
  then chain W l.+1 s else chain T 0 s *m G *m chain W l.+1 L.+1.

Definition biased_right s l : 'M[F]_(A l, cut_width s l) :=
  if (l < s)%N as c return 'M[F]_(A l, if c then M s else A s)
  then chain T 0 l *m (G *m chain W s L.+1) else chain T s l.

Definition biased_conditions s l :=
  two_conditions (biased_left s l) (layer_data l) (biased_right s l).

Lemma biased_conditions_kill s (u : 'rV_(\sum_(l < L.+1) biased_size M l)) : (s <= L.+1)%N ->
    (forall l : 'I_L.+1, submxrow u l *m biased_conditions s l = 0) ->
  u *m biased_hessian W b X Y = 0.
Proof.
move=> sL cond; apply/biased_hessian_ker; set U := biased_direction u.
have both l : (l < L.+1)%N ->
    biased_left s l *m reduced_direction data0 U l = 0
    /\ reduced_direction data0 U l *m biased_right s l = 0.
  move=> lL; have [] := two_conditionsP (cond (Ordinal lL)).
  by rewrite reduced_directionE /U (biased_directionE u (Ordinal lL)) mulmxA.
have XE : augmented X = data0 *m row_base (augmented X) by rewrite mulmx_base.
apply: (@biased_form_cut F M W b L N _ data0 _ X Y XE s U sL) => l.
- by move=> ls; have := both l (leq_trans ls sL); rewrite /biased_left /biased_right
    /cut_width ls => -[].
- by move=> ls; have := both l (leq_trans ls sL); rewrite /biased_left /biased_right
    /cut_width ls => -[].
- by move=> sl lL; have := both l lL; rewrite /biased_left /biased_right
    /cut_width ltnNge sl => -[].
- by move=> sl lL; have := both l lL; rewrite /biased_left /biased_right
    /cut_width ltnNge sl => -[].
Qed.

(* Each of the two conditions has at most the rank of the cut.                  *)
Theorem rank_biased_hessian_le s : (s <= L.+1)%N ->
    (forall l, (l <= L)%N -> (cut_width s l <= A l)%N) ->
  (\rank (biased_hessian W b X Y)
   <= \sum_(0 <= l < L.+1) (M l.+1 * cut_width s l + cut_width s l * (A l - cut_width s l)))%N.
Proof.
move=> sL width_le; have kill u := @biased_conditions_kill s u sL.
rewrite big_mkord; apply: leq_trans (rank_le_conditions kill) _.
apply: leq_sum => l _; apply: rank_two_conditions; rewrite ?width_le ?rank_leq_row ?rank_leq_col //.
by rewrite -ltnS.
Qed.
End Cut.
